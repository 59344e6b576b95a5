using System.Globalization;

namespace PushBridge.Tests.Fuzzing;

/// <summary>
/// Runs a check on many random cases. A failure names the seed of its case; <c>PUSHBRIDGE_FUZZ_SEED</c> then runs that case alone.
/// </summary>
internal static class Fuzz
{
    private const string Variable = "PUSHBRIDGE_FUZZ_SEED";

    internal static void Run(int cases, Action<Random> check)
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } asked)
        {
            check(new Random(int.Parse(asked, CultureInfo.InvariantCulture)));
            return;
        }

        int first = Random.Shared.Next();
        for (int i = 0; i < cases; i++)
        {
            int seed = unchecked(first + i);
            try
            {
                check(new Random(seed));
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException(
                    $"Case {i} of {cases}; run it again with {Variable}={seed}",
                    exception
                );
            }
        }
    }

    /// <summary>Fails without the cost of building a message that nobody reads.</summary>
    internal static void Require(bool holds, string what)
    {
        if (!holds)
        {
            Assert.Fail(what);
        }
    }
}

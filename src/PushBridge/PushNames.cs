using System.Runtime.CompilerServices;

namespace PushBridge;

/// <summary>
/// One or several uids, or groups: <c>"alice"</c>, <c>["alice", "bob"]</c> and a <c>string[]</c> all convert. Whether they may be names
/// is checked by the call they are given to.
/// </summary>
[CollectionBuilder(typeof(PushNames), nameof(Create))]
public readonly struct PushNames
{
    private readonly string? single;
    private readonly string[]? several;

    private PushNames(string? single, string[]? several)
    {
        this.single = single;
        this.several = several;
    }

    /// <summary>How many there are.</summary>
    public int Count => several?.Length ?? (single is null ? 0 : 1);

    /// <summary>One name.</summary>
    public static implicit operator PushNames(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new PushNames(name, null);
    }

    /// <summary>Several names; the array must not change until the call it is given to returns.</summary>
    public static implicit operator PushNames(string[] names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return new PushNames(null, names);
    }

    /// <summary>Several names; what <c>["alice", "bob"]</c> calls.</summary>
    public static PushNames Create(ReadOnlySpan<string> names) => new(null, names.ToArray());

    /// <summary>Several names, taken at once.</summary>
    public static PushNames From(IEnumerable<string> names) => new(null, [.. names]);

    /// <summary>Each name as it was given.</summary>
    public IEnumerator<string> GetEnumerator()
    {
        if (single is not null)
        {
            yield return single;
        }
        foreach (string name in several ?? [])
        {
            yield return name;
        }
    }
}

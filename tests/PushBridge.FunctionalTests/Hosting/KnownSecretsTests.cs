namespace PushBridge.FunctionalTests.Hosting;

public sealed class KnownSecretsTests
{
    [Fact]
    public void A_secret_in_a_line_is_seen_and_the_rest_is_not()
    {
        string secret = KnownSecrets.Register($"a secret of this test {Guid.NewGuid():N}");

        Action leaking = () => KnownSecrets.ShouldNotBeIn(["all is well", $"with {secret} in it"]);
        Action quiet = () => KnownSecrets.ShouldNotBeIn(["all is well", secret[..^1]]);

        leaking.Should().Throw<Exception>();
        quiet.Should().NotThrow();
    }

    [Fact]
    public void Settings_that_are_called_secret_are_registered()
    {
        string secret = $"{Guid.NewGuid():N}";
        string visible = $"{Guid.NewGuid():N}";
        KnownSecrets.RegisterSettings([("Backends:Secrets:0", secret), ("Text:Listen", visible)]);

        Action leaking = () => KnownSecrets.ShouldNotBeIn([secret]);
        Action quiet = () => KnownSecrets.ShouldNotBeIn([visible]);

        leaking.Should().Throw<Exception>();
        quiet.Should().NotThrow();
    }
}

namespace PushBridge.Server.Bench;

/// <summary>How far a self-test is.</summary>
/// <param name="Name">What it does.</param>
/// <param name="Part">How much of it is done, 0 to 1.</param>
internal readonly record struct BenchStep(string Name, double Part);

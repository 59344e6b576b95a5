using System.CommandLine;
using PushBridge.Benchmarks.Load;

var root = new RootCommand(
    "Measures PushBridge: a load program over loopback, and microbenchmarks."
)
{
    LoadCommand.Create(),
};
return root.Parse(args).Invoke();

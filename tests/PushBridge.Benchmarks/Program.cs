using System.CommandLine;
using PushBridge.Benchmarks.Load;

RootCommand root = new RootCommand(
    "Measures PushBridge: a load program over loopback, and microbenchmarks."
)
{
    LoadCommand.Create(),
};
return root.Parse(args).Invoke();

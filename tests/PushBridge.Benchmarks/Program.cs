using System.CommandLine;
using PushBridge.Benchmarks.Load;
using PushBridge.Benchmarks.Micro;

RootCommand root = new RootCommand(
    "Measures PushBridge: a load program over loopback, and microbenchmarks."
)
{
    LoadCommand.Create(),
    BenchCommand.Create(),
};
return root.Parse(args).Invoke();

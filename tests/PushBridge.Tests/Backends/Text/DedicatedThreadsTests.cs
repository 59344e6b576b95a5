using PushBridge.Backends.Text;

namespace PushBridge.Tests.Backends.Text;

public sealed class DedicatedThreadsTests
{
    [Fact]
    public void TryRun_BeyondTheLimit_IsFalseUntilOneIsFree()
    {
        DedicatedThreads threads = new(limit: 2);
        using ManualResetEventSlim release = new();
        using CountdownEvent running = new(2);
        using CountdownEvent ended = new(2);
        void Work()
        {
            running.Signal();
            release.Wait();
            ended.Signal();
        }

        threads.TryRun(Work).Should().BeTrue();
        threads.TryRun(Work).Should().BeTrue();
        running.Wait(TimeSpan.FromSeconds(10)).Should().BeTrue();
        threads.TryRun(Work).Should().BeFalse();

        release.Set();
        ended.Wait(TimeSpan.FromSeconds(10)).Should().BeTrue();
        using ManualResetEventSlim again = new();
        SpinWait
            .SpinUntil(() => threads.TryRun(again.Set), TimeSpan.FromSeconds(10))
            .Should()
            .BeTrue("a thread that has finished takes new work");
        again.Wait(TimeSpan.FromSeconds(10)).Should().BeTrue();
    }

    [Fact]
    public void TryRun_ManyShortWorks_ReusesItsThreads()
    {
        DedicatedThreads threads = new(limit: 4);
        HashSet<int> used = [];
        for (int i = 0; i < 200; i++)
        {
            using ManualResetEventSlim done = new();
            SpinWait.SpinUntil(() =>
                threads.TryRun(() =>
                {
                    lock (used)
                    {
                        used.Add(Environment.CurrentManagedThreadId);
                    }
                    done.Set();
                })
            );
            done.Wait(TimeSpan.FromSeconds(10)).Should().BeTrue();
        }
        used.Should().HaveCountLessThanOrEqualTo(4);
    }

    [Fact]
    public void TryRun_LimitZero_IsAlwaysFalse() =>
        new DedicatedThreads(limit: 0).TryRun(() => { }).Should().BeFalse();
}

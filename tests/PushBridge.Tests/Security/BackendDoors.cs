using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using PushBridge.Hosting.Options;
using PushBridge.Observability;
using PushBridge.Security;
using PushBridge.Tests.Connections;

namespace PushBridge.Tests.Security;

/// <summary>Doors for backends, without a host.</summary>
internal static class BackendDoors
{
    public static BackendDoor Of(BackendOptions options, TimeProvider? time = null)
    {
        IOptions<BackendOptions> wrapped = Options.Create(options);
        TimeProvider clock = time ?? TimeProvider.System;
        return new BackendDoor(
            new BackendSecrets(wrapped),
            new FailedAttempts(wrapped, clock),
            wrapped,
            new ServerMetrics(new TestMeterFactory()),
            new BackendDoorLog(NullLogger<BackendDoor>.Instance, clock)
        );
    }

    public static BackendDoor With(params string[] secrets)
    {
        BackendOptions options = new();
        foreach (string secret in secrets)
        {
            options.Secrets.Add(secret);
        }
        return Of(options);
    }
}

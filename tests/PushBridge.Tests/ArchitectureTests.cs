using System.Reflection;
using System.Runtime.CompilerServices;
using PushBridge.Client;
using PushBridge.Connections;

namespace PushBridge.Tests;

/// <summary>
/// Which folder may use which: entrances use the core, the core uses no entrance, and one entrance never uses another.
/// Checked on the compiled types: fields, properties, signatures and base types.
/// </summary>
public sealed class ArchitectureTests
{
    private const BindingFlags Declared =
        BindingFlags.DeclaredOnly
        | BindingFlags.Public
        | BindingFlags.NonPublic
        | BindingFlags.Instance
        | BindingFlags.Static;

    private static readonly Type[] Ours =
    [
        .. typeof(ConnectionRegistry)
            .Assembly.GetTypes()
            .Where(type =>
                type.Namespace?.StartsWith("PushBridge", StringComparison.Ordinal) == true
            ),
    ];

    [Theory]
    [InlineData("Messages", "")]
    [InlineData("Observability", "Connections")]
    [InlineData("Observability.Prometheus", "Observability")]
    [InlineData("Connections", "Messages Observability Hosting.Options")]
    [InlineData("Security", "Connections Observability Hosting.Options")]
    [InlineData("Security.Authentication", "Connections Security Observability Hosting.Options")]
    [InlineData("Operators", "Backplane Connections Observability")]
    [InlineData("Delivery", "Connections Messages")]
    [InlineData(
        "Commands",
        "Backplane Connections Delivery Messages Observability Hosting.Options"
    )]
    [InlineData("Backplane", "Connections Observability Hosting.Options")]
    [InlineData("Backplane.Redis", "Backplane Connections Observability Hosting.Options")]
    [InlineData("Hosting.Options", "")]
    [InlineData(
        "Clients.RawWebSocket",
        "Connections Messages Security Security.Authentication Observability Hosting.Options"
    )]
    [InlineData(
        "Clients.SignalR",
        "(root) Commands Connections Messages Security.Authentication Observability Hosting.Options"
    )]
    [InlineData(
        "Backends.Text",
        "Commands Connections Security Observability Hosting Hosting.Listeners Hosting.Options"
    )]
    [InlineData(
        "Backends.Http",
        "(root) Commands Connections Operators Security Observability Hosting Hosting.Options"
    )]
    public void A_folder_uses_only(string folder, string allowed)
    {
        string[] permitted = [folder, .. allowed.Split(' ', StringSplitOptions.RemoveEmptyEntries)];

        string[] offences =
        [
            .. Ours.Where(type => FolderOf(type) == folder)
                .SelectMany(type =>
                    UsedBy(type)
                        .Where(used => Ours.Contains(used) && !permitted.Contains(FolderOf(used)))
                        .Select(used => $"{type.FullName} uses {used.FullName}")
                )
                .Distinct(),
        ];

        offences.Should().BeEmpty();
        Ours.Should().Contain(type => FolderOf(type) == folder, "the folder must exist");
    }

    [Fact]
    public void Only_the_hub_and_the_hosting_name_SignalR() =>
        Ours.Where(type =>
                UsedBy(type)
                    .Any(used =>
                        used.Namespace?.StartsWith(
                            "Microsoft.AspNetCore.SignalR",
                            StringComparison.Ordinal
                        ) == true
                    )
            )
            .Select(FolderOf)
            .Distinct()
            .Should()
            .BeSubsetOf(["Clients.SignalR", "Hosting", "(root)"]);

    [Fact]
    public void Only_its_backplane_and_the_hosting_name_Redis() =>
        Ours.Where(type =>
                UsedBy(type)
                    .Any(used =>
                        used.Namespace?.StartsWith("StackExchange.Redis", StringComparison.Ordinal)
                            == true
                        || (
                            used.Namespace == "PushBridge.Backplane.Redis"
                            && used.Namespace != type.Namespace
                        )
                    )
            )
            .Select(FolderOf)
            .Distinct()
            .Should()
            .BeSubsetOf(["Backplane.Redis", "Hosting"]);

    [Fact]
    public void What_is_public_is_deliberate() =>
        Ours.Where(type => type.IsVisible)
            .Select(type => type.Name)
            .Should()
            .BeEquivalentTo(
                "PushHub",
                "PushBridgeHostApplicationBuilderExtensions",
                "PushBridgeEndpointRouteBuilderExtensions",
                "ClientOptions",
                "CertificateOptions",
                "ClientAuthenticationMode",
                "ClientAuthenticationOptions",
                "TokenOptions",
                "TokenKeyOptions",
                "WebhookOptions",
                "TextOptions",
                "HttpOptions",
                "BackendOptions",
                "ServerOptions",
                "QueueOptions",
                "DrainOptions",
                "IdOptions",
                "BackplaneOptions",
                "BackplaneAcknowledge",
                "LogOptions",
                "LogFormat",
                "IPushBridge",
                "PushNames",
                "Payload",
                "PushOutcome",
                "PushFailure",
                "OnlineCount",
                "IPushListeners",
                "PushListener",
                "ListenerSource",
                "ListenerResult",
                "ListenerFailure",
                "ListenerOptions",
                "ListenerProtocol"
            );

    [Fact]
    public void Who_imports_both_libraries_need_not_say_which_type_is_meant() =>
        typeof(PushClient)
            .Assembly.GetExportedTypes()
            .Select(type => type.Name)
            .Should()
            .NotIntersectWith(Ours.Where(type => type.IsVisible).Select(type => type.Name));

    private static string FolderOf(Type type) =>
        type.Namespace == "PushBridge" ? "(root)" : type.Namespace!["PushBridge.".Length..];

    private static IEnumerable<Type> UsedBy(Type type) =>
        type.GetFields(Declared)
            .Select(field => field.FieldType)
            .Concat(type.GetProperties(Declared).Select(property => property.PropertyType))
            .Concat(
                type.GetMethods(Declared)
                    .Where(method => !method.IsDefined(typeof(CompilerGeneratedAttribute)))
                    .SelectMany(method =>
                        method
                            .GetParameters()
                            .Select(p => p.ParameterType)
                            .Append(method.ReturnType)
                    )
            )
            .Concat(
                type.GetMethods(Declared)
                    .SelectMany(method =>
                        method.GetMethodBody()?.LocalVariables.Select(local => local.LocalType)
                        ?? []
                    )
            )
            .Concat(
                type.GetConstructors(Declared)
                    .SelectMany(c => c.GetParameters())
                    .Select(p => p.ParameterType)
            )
            .Concat(type.GetInterfaces())
            .Append(type.BaseType ?? typeof(object))
            .SelectMany(Parts);

    private static IEnumerable<Type> Parts(Type type)
    {
        Type element = type.HasElementType ? type.GetElementType()! : type;
        return element.IsGenericType
            ? element
                .GetGenericArguments()
                .SelectMany(Parts)
                .Append(element.GetGenericTypeDefinition())
            : [element];
    }
}

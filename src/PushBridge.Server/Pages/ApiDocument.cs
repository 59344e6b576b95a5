using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using PushBridge.Backends.Http;

namespace PushBridge.Server.Pages;

/// <summary>The OpenAPI document at <c>/openapi/v1.json</c>: what the endpoints say of themselves, with a request and its answer for each.</summary>
internal static class ApiDocument
{
    private static readonly (int Status, string Meaning)[] Refusals =
    [
        (StatusCodes.Status400BadRequest, "A name, id, reason or payload that breaks its rule"),
        (StatusCodes.Status401Unauthorized, "No secret, or a wrong one, where one is required"),
        (StatusCodes.Status403Forbidden, "A page of another origin, or a foreign Host"),
        (StatusCodes.Status413PayloadTooLarge, "Over Text:MaxLineBytes"),
        (StatusCodes.Status415UnsupportedMediaType, "Not JSON by its Content-Type"),
        (StatusCodes.Status429TooManyRequests, "Too many wrong secrets came from that address"),
        (StatusCodes.Status503ServiceUnavailable, "The server is draining"),
    ];

    private static readonly string Version = typeof(ApiDocument)
        .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
        .InformationalVersion;

    public static void Configure(OpenApiOptions options)
    {
        options.ShouldInclude = api => Operation(api.ActionDescriptor.EndpointMetadata) is not null;
        options.AddDocumentTransformer(
            (document, _, _) =>
            {
                document.Info.Title = "PushBridge";
                document.Info.Version = Version;
                document.Info.Description =
                    "Push to browsers over HTTP. PROTOCOL.md has the rules behind it.";
                document.Servers = null;
                return Task.CompletedTask;
            }
        );
        options.AddOperationTransformer(
            (operation, context, _) =>
            {
                Describe(
                    operation,
                    Operation(context.Description.ActionDescriptor.EndpointMetadata)!
                );
                return Task.CompletedTask;
            }
        );
    }

    private static ApiOperation? Operation(IEnumerable<object> metadata) =>
        metadata.OfType<ApiOperation>().FirstOrDefault();

    private static void Describe(OpenApiOperation document, ApiOperation api)
    {
        document.OperationId = api.Id;
        document.Summary = api.Summary;
        document.Description = api.Description;
        string type = api.IsStream ? CommandStream.ContentType : "application/json";
        if (api.Request is not null)
        {
            document.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = Content(type, api.Request, api.IsStream),
            };
        }
        document.Responses = new OpenApiResponses
        {
            ["200"] = new OpenApiResponse
            {
                Description = "What became of it",
                Content = Content(type, api.Reply, api.IsStream),
            },
        };
        foreach ((int status, string meaning) in Refusals)
        {
            bool needsBody =
                status
                is StatusCodes.Status413PayloadTooLarge
                    or StatusCodes.Status415UnsupportedMediaType;
            if (!needsBody || api.Request is not null)
            {
                document.Responses[$"{status}"] = Problem(meaning);
            }
        }
        foreach (IOpenApiParameter parameter in document.Parameters ?? [])
        {
            Exemplify((OpenApiParameter)parameter);
        }
    }

    private static OpenApiResponse Problem(string meaning) =>
        new()
        {
            Description = meaning,
            Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
            {
                [ApiProblem.ContentType] = new(),
            },
        };

    private static Dictionary<string, OpenApiMediaType> Content(
        string type,
        string example,
        bool isLines
    ) =>
        new(StringComparer.Ordinal)
        {
            [type] = new OpenApiMediaType
            {
                Example = isLines ? JsonValue.Create(example) : JsonNode.Parse(example),
            },
        };

    private static void Exemplify(OpenApiParameter parameter)
    {
        (string? description, JsonNode? example) = parameter.Name switch
        {
            "uid" => ("1 to 256 bytes of UTF-8 without control characters", "uid1"),
            "group" => ("1 to 256 bytes of UTF-8 without control characters", "news"),
            "except" => ("Uids that do not get it", new JsonArray("uid2")),
            "reason" => ("What the client is told, at most 123 bytes", "signed out elsewhere"),
            "Idempotency-Key" => (
                "Has the command executed once, however often it comes within five minutes",
                "4f9c1d2e"
            ),
            "query" => ("What the uids begin with, in any case; all when it is missing", "uid"),
            "limit" => ("How many at most, up to 500; 50 when it is missing", "50"),
            "name" => ("The listener's name, in any case", "more"),
            "dismiss" => ("Whether its connections end with it; false when it is missing", "true"),
            _ => ((string?)null, (JsonNode?)null),
        };
        parameter.Description = description;
        parameter.Example = example;
    }
}

using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;

namespace PushBridge.Backends.Http;

/// <summary>How problems are written, whatever the application has set up for its own JSON.</summary>
[JsonSerializable(typeof(ProblemDetails))]
internal sealed partial class ApiJson : JsonSerializerContext;

using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.FileProviders;

namespace PushBridge.Server.Pages;

/// <summary>The operators' page at <c>/</c> of the HTTP port: files without anything to hide, compressed, and the feed that fills them.</summary>
internal static class DashboardPage
{
    private const string Folder = "dashboard";

    /// <summary>What the page shares with the clients' port.</summary>
    private static readonly (string Path, string Type)[] Shared =
    [
        ("pushbridge.js", "text/javascript"),
        ("favicon.svg", "image/svg+xml"),
    ];

    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<DashboardFeed>();
        services.AddResponseCompression(compression =>
        {
            compression.MimeTypes =
            [
                "text/html",
                "text/css",
                "text/javascript",
                "image/svg+xml",
                "application/json",
            ];
            compression.EnableForHttps = true;
        });
        services.Configure<GzipCompressionProviderOptions>(gzip =>
            gzip.Level = System.IO.Compression.CompressionLevel.Optimal
        );
        services.Configure<BrotliCompressionProviderOptions>(brotli =>
            brotli.Level = System.IO.Compression.CompressionLevel.Optimal
        );
    }

    /// <summary>Before the endpoints, behind routing: the API goes first.</summary>
    public static void Use(IApplicationBuilder app)
    {
        IWebHostEnvironment host =
            app.ApplicationServices.GetRequiredService<IWebHostEnvironment>();
        string folder = Path.Combine(host.WebRootPath ?? "", Folder);
        // Pushing needs no pages: a copy of the program without them serves all the same.
        IFileProvider files = Directory.Exists(folder)
            ? new PhysicalFileProvider(folder)
            : new NullFileProvider();
        app.UseWhen(IsWorthCompressing, large => large.UseResponseCompression());
        app.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
        app.UseStaticFiles(new StaticFileOptions { FileProvider = files });
        app.UseWebSockets();
    }

    /// <summary>Files, and the one answer that is long: a backend's short replies would only cost more.</summary>
    private static bool IsWorthCompressing(HttpContext context) =>
        !context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal)
        || context.Request.Path.Value == "/api/stats/history";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        IFileProvider files = endpoints
            .ServiceProvider.GetRequiredService<IWebHostEnvironment>()
            .WebRootFileProvider;
        foreach ((string path, string type) in Shared)
        {
            IFileInfo file = files.GetFileInfo(path);
            if (file.PhysicalPath is { } onDisk && file.Exists)
            {
                endpoints.MapGet($"/{path}", () => Results.File(onDisk, type));
            }
        }
        endpoints.MapGet(
            $"/{Folder}/live",
            (HttpContext context, DashboardFeed feed) => feed.ServeAsync(context)
        );
    }
}

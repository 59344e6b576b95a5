using Microsoft.Extensions.Configuration.Json;
using PushBridge.Hosting.Listeners;

namespace PushBridge.Server.CommandLine;

/// <summary>
/// A configuration file that is read again when it has changed. What cannot be read then changes nothing: a file that is just being saved, or
/// has a comma too many, must not take the settings away from a running server. Looks at the file twice a second; watching its folder would watch everything below.
/// </summary>
/// <param name="file">The file's full path.</param>
internal sealed class WatchedJsonSource(string file) : JsonConfigurationSource
{
    public override IConfigurationProvider Build(IConfigurationBuilder builder)
    {
        Path = file;
        return new Provider(this, file);
    }

    internal sealed class Provider : JsonConfigurationProvider
    {
        private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

        private readonly string path;
        private readonly ITimer timer;
        private (DateTime, long) read;
        private (DateTime, long) seen;

        public Provider(WatchedJsonSource source, string path)
            : base(source)
        {
            this.path = path;
            read = seen = Stamp();
            timer = TimeProvider.System.CreateTimer(_ => Look(), null, Interval, Interval);
        }

        public string File => path;

        /// <summary>Where it is said what is wrong with the changed file; until there is one, nobody works with the file, and it is not read again.</summary>
        public ListenerLog? Log { get; set; }

        /// <exception cref="ConfigurationFileException">There is no such file, or it is no JSON.</exception>
        public override void Load()
        {
            try
            {
                using FileStream stream = System.IO.File.OpenRead(path);
                Load(stream);
            }
            catch (Exception exception)
                when (exception is FormatException or IOException or UnauthorizedAccessException)
            {
                throw new ConfigurationFileException(path, exception);
            }
        }

        protected override void Dispose(bool disposing)
        {
            timer.Dispose();
            base.Dispose(disposing);
        }

        /// <summary>
        /// Reads the file when it has changed, and not in this half second again.
        /// </summary>
        private void Look()
        {
            if (Log is not { } log)
            {
                return;
            }
            (DateTime, long) now = Stamp();
            bool hasSettled = now == seen;
            seen = now;
            if (!hasSettled || now == read)
            {
                return;
            }
            read = now;
            try
            {
                Load();
                OnReload();
            }
            catch (ConfigurationFileException exception)
            {
                log.Refused(exception.Message);
            }
            catch (AggregateException exception)
            {
                foreach (Exception inner in exception.Flatten().InnerExceptions)
                {
                    if (!IsAboutLogging(inner))
                    {
                        log.NotApplied(inner.Message);
                    }
                }
            }
        }

        /// <summary>The framework does not say which key it means, and <see cref="FrameworkRule"/> does.</summary>
        private static bool IsAboutLogging(Exception exception) =>
            exception.Source?.StartsWith("Microsoft.Extensions.Logging", StringComparison.Ordinal)
            == true;

        /// <summary>What changes when somebody writes to the file, or puts another one in its place.</summary>
        private (DateTime, long) Stamp()
        {
            FileInfo file = new(path);
            return (file.LastWriteTimeUtc, file.Exists ? file.Length : -1);
        }
    }
}

namespace PushBridge;

/// <summary>
/// Opens and closes listeners while the server runs. Injectable once <see cref="PushBridgeHostApplicationBuilderExtensions.AddPushBridge"/> was called; a
/// singleton, safe for any number of callers, whose calls take effect one after the other.
/// </summary>
/// <remarks>
/// <para>All listeners share everything but their address and TLS: a push by any of them reaches the clients of all, and limits hold for them together. Who may
/// connect is decided as for the three that the server starts with; one that would let strangers in is refused, as it would be at start.</para>
/// <para>In an application that embeds the server, they are beside the application's own: its addresses stay as they are, and what it serves there is not served
/// here. A listener for clients has raw WebSockets at <c>/</c> and the hub at <c>/hub</c>, one for HTTP the API below <c>/api</c>, <c>/metrics</c> and
/// <c>/health</c>. Only a host without a web server, such as a worker's, has text listeners alone.</para>
/// <para>What is opened here ends with the process; what is to be there after a restart belongs into the configuration.</para>
/// <para>What cannot be done is a <see cref="ListenerResult"/>, not an exception, unless an argument is null.</para>
/// </remarks>
public interface IPushListeners
{
    /// <summary>The listeners that accept connections at this moment, the first three of every server first, then by name.</summary>
    IReadOnlyList<PushListener> All { get; }

    /// <summary>Opens a listener. It accepts connections when this completes.</summary>
    /// <param name="name">1 to 64 of the characters a-z, A-Z, 0-9, '-', '_' and '.', which is not taken, whatever the case; not clients, text or http.</param>
    /// <param name="options">What it speaks and where. Read at once; files of certificates are read again when they have changed.</param>
    /// <param name="cancellationToken">Gives up while it waits for other calls; an opening that has begun is finished.</param>
    Task<ListenerResult> OpenAsync(
        string name,
        ListenerOptions options,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Closes a listener: what has connected already is accepted, nobody else is, and when this completes the address is free. Its connections stay and
    /// are served like all others, unless they are dismissed.
    /// </summary>
    /// <param name="name">The listener, whatever the case.</param>
    /// <param name="dismiss">
    /// Ends its connections in good order: clients get what is queued for them and the close code 1001, and come back by another listener; backends get the answers to
    /// what has arrived. Waits for that, up to five seconds, and cuts who has not gone then.
    /// </param>
    /// <param name="cancellationToken">Gives up while it waits for other calls; a closing that has begun is finished.</param>
    Task<ListenerResult> CloseAsync(
        string name,
        bool dismiss = false,
        CancellationToken cancellationToken = default
    );
}

using System.Net;

namespace PushBridge.Hosting.Listeners;

/// <summary>A listener that accepts connections, whatever they speak.</summary>
internal interface IOpenListener
{
    /// <summary>Where it listens, with the real port.</summary>
    EndPoint EndPoint { get; }

    /// <summary>Connections that came by it and are open.</summary>
    int Connections { get; }

    /// <summary>Accepts what has connected already, and from then on nobody; the address is free afterwards. Connections stay.</summary>
    Task StopAcceptingAsync();

    /// <summary>Accepts no more, and sees to it that whoever asks again does so by a new connection, where the protocol has a word for that.</summary>
    Task HandOverAsync();

    /// <summary>Tells its connections that it goes away, and waits a moment until they have gone.</summary>
    Task DismissAsync();
}

/// <summary>Opens listeners of one kind.</summary>
internal interface IListenerOpener
{
    /// <summary>Whether it is the one for that protocol.</summary>
    bool Speaks(ListenerProtocol protocol);

    /// <exception cref="ListenException">The address cannot be listened on.</exception>
    Task<IOpenListener> OpenAsync(ListenerPlan plan);
}

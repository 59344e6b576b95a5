namespace PushBridge.FunctionalTests.Hostile;

/// <summary>The three ports of the server.</summary>
internal enum Port
{
    Clients,
    Text,
    Http,
}

/// <summary>One thing a hostile peer does, or sees.</summary>
internal delegate Task Step(RowPeer peer);

/// <summary>
/// What a peer sends to a port and exactly what it gets back. In what is sent and expected, <c>$ME</c> is the row's own uid, of
/// which a healthy client is connected, <c>$HOST</c> the address of the port and <c>$PORT</c> its number; every character is one byte.
/// </summary>
internal sealed record HostileRow(string Name, Port Port, params Step[] Steps)
{
    public override string ToString() => Name;
}

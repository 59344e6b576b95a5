namespace PushBridge.Delivery;

/// <summary>How many connections a message was addressed to and how many took it.</summary>
internal readonly record struct Fanout(int Addressed, int Accepted)
{
    public static Fanout operator +(Fanout left, Fanout right) =>
        new(left.Addressed + right.Addressed, left.Accepted + right.Accepted);
}

namespace PushBridge.Delivery;

/// <summary>How many connections took a message, and how many could not, being full. One that is closing counts as gone.</summary>
internal readonly record struct Fanout(int Accepted, int Full)
{
    public static Fanout operator +(Fanout left, Fanout right) =>
        new(left.Accepted + right.Accepted, left.Full + right.Full);
}

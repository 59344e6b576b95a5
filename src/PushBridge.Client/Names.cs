using System.Runtime.CompilerServices;

namespace PushBridge.Client;

/// <summary>
/// One name or several, of users or groups: a string, an array, a list or a collection expression converts to it, and is read
/// during the call that gets it. A name has 1 to 256 bytes of UTF-8 without control characters; a method that gets another one throws
/// <see cref="ArgumentException"/>.
/// </summary>
[CollectionBuilder(typeof(Names), nameof(Create))]
public readonly struct Names
{
    private readonly string? one;
    private readonly IReadOnlyList<string>? several;

    private Names(string? one, IReadOnlyList<string>? several)
    {
        this.one = one;
        this.several = several;
    }

    /// <summary>How many names there are, repeated ones included.</summary>
    public int Count => several?.Count ?? (one is null ? 0 : 1);

    /// <summary>False for a single string, which is then written without an array around it.</summary>
    internal bool IsList => several is not null;

    internal string this[int index] => several is null ? one! : several[index];

    /// <summary>One name.</summary>
    public static implicit operator Names(string name) => new(name, several: null);

    /// <summary>Several names.</summary>
    public static implicit operator Names(string[] names) => new(one: null, names);

    /// <summary>Several names.</summary>
    public static implicit operator Names(List<string> names) => new(one: null, names);

    /// <summary>Several names, copied.</summary>
    public static Names From(IEnumerable<string> names) => new(one: null, names.ToArray());

    /// <summary>Several names, copied; what a collection expression calls.</summary>
    public static Names Create(ReadOnlySpan<string> names) => new(one: null, names.ToArray());

    /// <summary>The names in their order.</summary>
    public IEnumerator<string> GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }
}

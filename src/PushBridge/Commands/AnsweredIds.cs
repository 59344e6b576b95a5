using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using PushBridge.Connections;

namespace PushBridge.Commands;

/// <summary>
/// What commands with an id were answered, for five minutes: a backend that lost the answer repeats the command and gets the same
/// answer again instead of a second delivery. Only answers that had an effect are remembered, so that a repeat after a failure may
/// succeed. At most so many ids are kept as the options say, and the oldest go first: beyond that rate, the guarantee holds for the
/// latest ids only, and a counter says so. Thread-safe.
/// </summary>
internal sealed class AnsweredIds(
    IOptions<IdOptions> options,
    TimeProvider time,
    ServerMetrics metrics
)
{
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    private readonly int capacity = options.Value.MaxRemembered;
    private readonly Lock gate = new();
    private readonly Dictionary<UInt128, Answer> answers = [];
    private readonly Queue<(UInt128 Key, long At)> ages = new();

    /// <summary>Ids remembered or being decided at this moment.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return answers.Count;
            }
        }
    }

    /// <summary>
    /// Which command it is: kind, id and target, not the payload. A digest, so that the memory kept for an id does not depend
    /// on how many names the command had.
    /// </summary>
    public static UInt128 KeyOf(Command command)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, (int)command.Kind);
        Append(hash, command.Id!);
        Append(hash, command.Uids);
        Append(hash, command.Groups);
        Append(hash, command.Except);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return BinaryPrimitives.ReadUInt128LittleEndian(digest);
    }

    /// <summary>
    /// The answer to a command. The first to ask decides it and then calls <see cref="Settle"/>; whoever asks meanwhile waits in
    /// <see cref="Answer.WaitAsync"/>.
    /// </summary>
    public Answer Claim(UInt128 key, out bool isFirst)
    {
        lock (gate)
        {
            while (
                ages.TryPeek(out (UInt128 Key, long At) oldest)
                && time.GetElapsedTime(oldest.At) >= Window
            )
            {
                answers.Remove(ages.Dequeue().Key);
            }
            ref Answer? answer = ref CollectionsMarshal.GetValueRefOrAddDefault(
                answers,
                key,
                out bool exists
            );
            isFirst = !exists;
            return answer ??= new Answer();
        }
    }

    /// <param name="outcome">Null when the command was not decided: whoever waits for it decides it himself.</param>
    public void Settle(UInt128 key, Answer answer, Outcome? outcome)
    {
        lock (gate)
        {
            if (outcome is { Ok: true, Connections: > 0 })
            {
                ages.Enqueue((key, time.GetTimestamp()));
                if (ages.Count > capacity)
                {
                    answers.Remove(ages.Dequeue().Key);
                    metrics.IdForgotten();
                }
            }
            else
            {
                answers.Remove(key);
            }
        }
        answer.End(outcome);
    }

    private static void Append(IncrementalHash hash, int number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        hash.AppendData(bytes);
    }

    private static void Append(IncrementalHash hash, ReadOnlySpan<char> text)
    {
        Append(hash, text.Length);
        hash.AppendData(MemoryMarshal.AsBytes(text));
    }

    private static void Append(IncrementalHash hash, NameList names)
    {
        Append(hash, names.Count);
        for (int i = 0; i < names.Count; i++)
        {
            Append(hash, names[i]);
        }
    }
}

using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace PushBridge.FunctionalTests.Peers;

/// <summary>The reading half of a peer: HTTP responses, frames, and the way a connection ends.</summary>
internal sealed class WebSocketPeerReader(Stream stream)
{
    private static readonly byte[] HeadEnd = "\r\n\r\n"u8.ToArray();

    private byte[] buffer = new byte[16 * 1024];
    private int start;
    private int end;
    private PeerEnd? ended;

    private ReadOnlySpan<byte> Buffered => buffer.AsSpan(start, end - start);

    internal async Task<WebSocketPeerResponse> ReadResponseAsync(bool hasBody = true)
    {
        int length;
        while ((length = Buffered.IndexOf(HeadEnd)) < 0)
        {
            await NeedMoreAsync("a response head");
        }

        var response = WebSocketPeerResponse.Parse(Encoding.Latin1.GetString(Take(length)));
        Take(HeadEnd.Length);
        return response.Status is 101 or 204 || !hasBody
            ? response
            : response with
            {
                Body = await ReadBodyAsync(response),
            };
    }

    internal async Task<WebSocketPeerFrame> ReadFrameAsync() =>
        await TryReadFrameAsync()
        ?? throw new InvalidOperationException(
            $"The connection ended with {ended} where a frame was due."
        );

    internal async Task<WebSocketPeerFrame?> TryReadFrameAsync()
    {
        while (Buffered.IsEmpty)
        {
            if (!await FillAsync())
            {
                return null;
            }
        }

        var head = await TakeAsync(2);
        head[1].Should().BeLessThan(0x80, "a server must not mask its frames");
        ulong length = (ulong)head[1] & 0x7F;
        var form = LengthForm.Short7;
        if (length >= 126)
        {
            form = length == 126 ? LengthForm.Extended16 : LengthForm.Extended64;
            var extended = new byte[8];
            (await TakeAsync(length == 126 ? 2 : 8)).CopyTo(extended, length == 126 ? 6 : 0);
            length = BinaryPrimitives.ReadUInt64BigEndian(extended);
        }

        var frame = new WebSocketPeerFrame(head[0] & 0x0F, await TakeAsync(checked((int)length)))
        {
            Fin = (head[0] & 0x80) != 0,
            Rsv = (head[0] >> 4) & 7,
            Masked = false,
        };
        Verify(frame, form);
        return frame;
    }

    /// <summary>Waits for the end of the connection and fails when bytes come instead.</summary>
    internal async Task<PeerEnd> ReadEndAsync()
    {
        if (!Buffered.IsEmpty || await FillAsync())
        {
            throw new InvalidOperationException(
                $"Bytes came where the end was due: {Convert.ToHexString(Buffered)}."
            );
        }

        return ended!.Value;
    }

    internal async Task<PeerEnd> ReadToEndAsync(Stream destination)
    {
        do
        {
            await destination.WriteAsync(Take(end - start));
        } while (await FillAsync());

        return ended!.Value;
    }

    internal async Task<byte[]> ReadBytesAsync(int count)
    {
        while (end - start < count && await FillAsync())
        {
            // Until they are all here.
        }

        return Take(Math.Min(count, end - start));
    }

    /// <summary>What RFC 6455 asks of every frame of a server, whatever it says.</summary>
    private static void Verify(WebSocketPeerFrame frame, LengthForm form)
    {
        frame.Rsv.Should().Be(0, "no extension was negotiated");
        form.Should()
            .Be(
                WebSocketPeerFrame.ShortestForm((ulong)frame.Payload.Length),
                "the shortest length form is mandatory"
            );
        if (frame.Opcode < WebSocketPeerFrame.CloseOpcode)
        {
            return;
        }

        frame.Fin.Should().BeTrue("a control frame is never fragmented");
        frame
            .Payload.Length.Should()
            .BeLessThanOrEqualTo(125, "a control frame is at most 125 bytes");
        if (frame.Opcode == WebSocketPeerFrame.CloseOpcode)
        {
            frame
                .Payload.Length.Should()
                .NotBe(1, "a close payload is empty or starts with a code");
        }
    }

    private async Task<byte[]> ReadBodyAsync(WebSocketPeerResponse response)
    {
        if (
            string.Equals(
                response["Transfer-Encoding"],
                "chunked",
                StringComparison.OrdinalIgnoreCase
            )
        )
        {
            return await ReadChunksAsync();
        }

        if (response["Content-Length"] is { } length)
        {
            return await TakeAsync(int.Parse(length));
        }

        while (await FillAsync())
        {
            // Without a length the body is everything up to the end.
        }

        return Take(end - start);
    }

    private async Task<byte[]> ReadChunksAsync()
    {
        var body = new MemoryStream();
        while (true)
        {
            int line;
            while ((line = Buffered.IndexOf("\r\n"u8)) < 0)
            {
                await NeedMoreAsync("a chunk");
            }

            var size = int.Parse(Encoding.ASCII.GetString(Take(line)), NumberStyles.HexNumber);
            Take(2);
            body.Write(await TakeAsync(size));
            await TakeAsync(2);
            if (size == 0)
            {
                return body.ToArray();
            }
        }
    }

    private async Task<byte[]> TakeAsync(int count)
    {
        while (end - start < count)
        {
            await NeedMoreAsync($"{count} bytes (here so far: {end - start})");
        }

        return Take(count);
    }

    private byte[] Take(int count)
    {
        var bytes = Buffered[..count].ToArray();
        start += count;
        return bytes;
    }

    private async Task NeedMoreAsync(string due)
    {
        if (!await FillAsync())
        {
            throw new InvalidOperationException(
                $"The connection ended with {ended} where {due} was due."
            );
        }
    }

    private async Task<bool> FillAsync()
    {
        if (ended is not null)
        {
            return false;
        }

        MakeRoom();
        using var timeout = new CancellationTokenSource(WebSocketPeer.Deadline);
        try
        {
            var count = await stream.ReadAsync(buffer.AsMemory(end), timeout.Token);
            end += count;
            ended = count == 0 ? PeerEnd.Fin : null;
        }
        catch (IOException)
        {
            ended = PeerEnd.Reset;
        }
        catch (OperationCanceledException e) when (timeout.IsCancellationRequested)
        {
            throw new TimeoutException(
                $"The server sent nothing for {WebSocketPeer.Deadline.TotalSeconds} s.",
                e
            );
        }

        return ended is null;
    }

    private void MakeRoom()
    {
        if (end < buffer.Length)
        {
            return;
        }

        var bytes = Buffered.ToArray();
        buffer = bytes.Length > buffer.Length / 2 ? new byte[buffer.Length * 2] : buffer;
        bytes.CopyTo(buffer, 0);
        (start, end) = (0, bytes.Length);
    }
}

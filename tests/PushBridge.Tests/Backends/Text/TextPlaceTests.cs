using System.Net;
using System.Net.Sockets;
using PushBridge.Backends.Text;

namespace PushBridge.Tests.Backends.Text;

public sealed class TextPlaceTests
{
    [Fact]
    public void IsByFile_NetworkSocketWithoutAnAddress_IsFalse()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        new TextPlace(socket, address: null).IsByFile.Should().BeFalse();
    }

    [Fact]
    public void IsByFile_UnixSocket_IsTrueWhateverTheAddress()
    {
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

        new TextPlace(socket, address: null).IsByFile.Should().BeTrue();
        new TextPlace(socket, IPAddress.Loopback).IsByFile.Should().BeTrue();
    }
}

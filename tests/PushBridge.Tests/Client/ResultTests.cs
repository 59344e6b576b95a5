using System.Text.Json;
using PushBridge.Client;
using PushBridge.Commands;

namespace PushBridge.Tests.Client;

/// <summary>What a backend's own endpoint makes of a result that it returns as it is.</summary>
public sealed class ResultTests
{
    private static readonly InvalidOperationException Error = new("of the network");

    [Fact]
    public void Serialize_ResultWithAnError_SaysWhyInWords()
    {
        PushResult result = new(PushReason.NotSent, Error: Error);

        JsonSerializer
            .Serialize(result, JsonSerializerOptions.Web)
            .Should()
            .Be("""{"reason":"not_sent","connections":0,"ok":false,"delivered":false}""");
    }

    [Fact]
    public void Serialize_OtherResultsWithAnError_SayWhyInWords()
    {
        JsonSerializer
            .Serialize(new CountResult(PushReason.OutcomeUnknown, Error: Error))
            .Should()
            .Be("""{"Reason":"outcome_unknown","Connections":0,"Uids":0,"Ok":false}""");
        JsonSerializer
            .Serialize(
                new OnlineResult(PushReason.Offline, new Dictionary<string, int>(), Error: Error)
            )
            .Should()
            .Be("""{"Reason":"offline","Connections":{},"Ok":false}""");
    }

    [Fact]
    public void Deserialize_WhatWasSerialized_IsTheSame()
    {
        PushResult result = new(PushReason.None, 3);

        JsonSerializer
            .Deserialize<PushResult>(JsonSerializer.Serialize(result))
            .Should()
            .Be(result);
    }

    [Fact]
    public void Serialize_EveryReasonOfTheServer_HasItsNameOnTheWire()
    {
        foreach (FailReason reason in Enum.GetValues<FailReason>().Except([FailReason.None]))
        {
            PushReason ours = Enum.Parse<PushReason>(reason.ToString());

            JsonSerializer.Serialize(ours).Should().Be($"\"{Replies.NameOf(reason)}\"");
        }
    }
}

using System.Globalization;

namespace PushBridge.Backplane.Redis;

/// <summary>
/// Every channel and key of ours on the Redis server, all below the configured prefix.
/// <list type="bullet">
/// <item><c>u:UID</c>, <c>g:GROUP</c>: commands for the nodes that have a connection of the uid, a member of the group. Published by any node.</item>
/// <item><c>all</c>: commands for every node, hellos once a second, goodbyes. Published by any node.</item>
/// <item><c>n:NODE</c>: answers for one node. Published by those that it has asked.</item>
/// <item><c>r:NODE:GENERATION</c> and <c>r:NODE:GENERATION:once</c>: subscribed by the node when all its other channels are; nothing is
/// published. As long as both have a subscriber, the node has missed nothing since it connected for the so-and-so-many'th time.</item>
/// <item><c>id:…</c>, a key: a command id, <c>?NODE</c> while a node executes the command, then how many connections it reached.</item>
/// </list>
/// </summary>
internal sealed class RedisChannels(string prefix)
{
    public string Of(Topic topic) =>
        topic.Kind switch
        {
            TopicKind.Uid => $"{prefix}u:{topic.Name}",
            TopicKind.Group => $"{prefix}g:{topic.Name}",
            _ => $"{prefix}all",
        };

    public string OfNode(Guid node) => $"{prefix}n:{node:N}";

    public string[] OfReady(Guid node, int generation)
    {
        string name = string.Create(
            CultureInfo.InvariantCulture,
            $"{prefix}r:{node:N}:{generation}"
        );
        return [name, $"{name}:once"];
    }

    public string OfId(UInt128 id) => $"{prefix}id:{id:x32}";
}

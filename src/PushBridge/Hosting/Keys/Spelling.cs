namespace PushBridge.Hosting.Keys;

/// <summary>What somebody may have meant by a key that does not exist.</summary>
internal static class Spelling
{
    private const int MaxElsewhere = 3;

    /// <summary>
    /// Full paths: the options of the same section that are spelt nearly so, or else those that are spelt exactly so in another section.
    /// </summary>
    public static string[] Nearest(Setting section, string path, string key, Setting root)
    {
        string[] near = Nearest(section.Members.Keys, key);
        return near.Length > 0
            ? [.. near.Select(name => ConfigurationPath.Combine(path, name))]
            : [.. Elsewhere(root, "", key).Take(MaxElsewhere)];
    }

    /// <summary>Those of the names that are spelt nearly like what was written, the nearest only.</summary>
    public static string[] Nearest(IEnumerable<string> names, string written)
    {
        (string Name, int Distance)[] near =
        [
            .. names
                .Select(name =>
                    (
                        Name: name,
                        Distance: Distance(name.ToUpperInvariant(), written.ToUpperInvariant())
                    )
                )
                .Where(one => one.Distance <= Math.Max(1, one.Name.Length / 3)),
        ];
        return
        [
            .. near.Where(one => one.Distance == near.Min(other => other.Distance))
                .Select(one => one.Name),
        ];
    }

    /// <summary>How many letters have to be added, removed, replaced, or swapped with the next one.</summary>
    internal static int Distance(string left, string right)
    {
        int[,] costs = new int[left.Length + 1, right.Length + 1];
        for (int i = 0; i <= left.Length; i++)
        {
            costs[i, 0] = i;
        }
        for (int j = 0; j <= right.Length; j++)
        {
            costs[0, j] = j;
        }
        for (int i = 1; i <= left.Length; i++)
        {
            for (int j = 1; j <= right.Length; j++)
            {
                int replaced = costs[i - 1, j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                int cost = Math.Min(Math.Min(costs[i - 1, j], costs[i, j - 1]) + 1, replaced);
                bool isSwapped =
                    i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
                costs[i, j] = isSwapped ? Math.Min(cost, costs[i - 2, j - 2] + 1) : cost;
            }
        }
        return costs[left.Length, right.Length];
    }

    private static IEnumerable<string> Elsewhere(Setting setting, string path, string key)
    {
        foreach ((string name, Setting member) in setting.Members)
        {
            string at = path.Length == 0 ? name : ConfigurationPath.Combine(path, name);
            if (string.Equals(name, key, StringComparison.OrdinalIgnoreCase))
            {
                yield return at;
            }
            foreach (string deeper in Elsewhere(member, at, key))
            {
                yield return deeper;
            }
        }
    }
}

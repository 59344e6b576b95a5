using System.Collections;
using System.ComponentModel;
using System.Reflection;

namespace PushBridge.Hosting.Keys;

internal enum SettingKind
{
    /// <summary>One value, which is text that a type can be made of.</summary>
    Value,

    /// <summary>Settings with names of ours.</summary>
    Section,

    /// <summary>Numbered entries.</summary>
    List,

    /// <summary>Entries with names that the operator chooses.</summary>
    Dictionary,
}

/// <summary>What may stand at one place of the configuration, as the options classes say.</summary>
internal sealed class Setting
{
    private readonly Dictionary<string, Setting> members = new(StringComparer.OrdinalIgnoreCase);

    private Setting(SettingKind kind, Type type)
    {
        Kind = kind;
        Type = type;
    }

    public SettingKind Kind { get; }

    /// <summary>What the value is made into, or the class whose properties are the members.</summary>
    public Type Type { get; }

    /// <summary>What a section holds, by name, whatever the case.</summary>
    public IReadOnlyDictionary<string, Setting> Members => members;

    /// <summary>What an entry of a list or dictionary is.</summary>
    public Setting? Entry { get; private init; }

    /// <summary>The whole configuration: everything that the areas have between them.</summary>
    public static Setting Of(IEnumerable<OptionsArea> areas)
    {
        Setting root = new(SettingKind.Section, typeof(object));
        foreach (OptionsArea area in areas)
        {
            Setting place = root;
            foreach (string name in area.Section.Split(ConfigurationPath.KeyDelimiter))
            {
                if (!place.members.TryGetValue(name, out Setting? next))
                {
                    next = new Setting(SettingKind.Section, typeof(object));
                    place.members[name] = next;
                }
                place = next;
            }
            place.AddMembers(area.Type);
        }
        return root;
    }

    public static Setting Of(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (TypeDescriptor.GetConverter(type).CanConvertFrom(typeof(string)))
        {
            return new Setting(SettingKind.Value, type);
        }
        if (EntryOf(type) is { } entry)
        {
            bool isNamed = entry is { IsGenericType: true } && IsPair(entry);
            return isNamed
                ? new Setting(SettingKind.Dictionary, type)
                {
                    Entry = Of(entry.GetGenericArguments()[1]),
                }
                : new Setting(SettingKind.List, type) { Entry = Of(entry) };
        }
        Setting section = new(SettingKind.Section, type);
        section.AddMembers(type);
        return section;
    }

    private void AddMembers(Type type)
    {
        foreach (PropertyInfo property in type.GetProperties())
        {
            members[property.Name] = Of(property.PropertyType);
        }
    }

    private static Type? EntryOf(Type type) =>
        typeof(IEnumerable).IsAssignableFrom(type)
            ? type.GetInterfaces()
                .Append(type)
                .FirstOrDefault(shape =>
                    shape.IsGenericType && shape.GetGenericTypeDefinition() == typeof(IEnumerable<>)
                )
                ?.GetGenericArguments()[0]
            : null;

    private static bool IsPair(Type type) =>
        type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>);
}

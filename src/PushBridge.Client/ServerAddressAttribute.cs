using System.ComponentModel.DataAnnotations;

namespace PushBridge.Client;

/// <summary>Validates what <see cref="ServerAddress"/> can parse.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ServerAddressAttribute : ValidationAttribute
{
    public override bool IsValid(object? value) =>
        value is string text && ServerAddress.TryParse(text, out _);

    public override string FormatErrorMessage(string name) => $"{name} {ServerAddress.Expected}.";
}

using System.Globalization;

namespace PushBridge.FunctionalTests.Backplane.Faults;

/// <summary>What came of one kind of fault.</summary>
/// <param name="Found">What was wrong; empty when nothing was.</param>
/// <param name="Figures">For whoever wants to know more than that.</param>
internal sealed record Verdict(IReadOnlyList<string> Found, string Figures)
{
    public static Verdict Of(Traffic traffic, Checker checker, params string[] figures)
    {
        History history = traffic.History;
        string answers = string.Join(
            ", ",
            history
                .Pushes.GroupBy(push => push.Answer)
                .Select(group => $"{group.Count()} {group.Key}")
        );
        double slowest = history
            .Pushes.Where(push => push.Answer != PushAnswer.None)
            .Max(push => push.AnsweredAt - push.SentAt);
        double paused = history
            .Pauses.Select(pause => pause.To - pause.From)
            .DefaultIfEmpty()
            .Max();
        string faults = string.Join(
            ", ",
            history.Faults.Select(fault =>
                string.Create(CultureInfo.InvariantCulture, $"{fault.From:0}-{fault.HealedBy:0}")
            )
        );
        string cuts = string.Join(
            ", ",
            history
                .Cuts.GroupBy(cut => cut.Node, StringComparer.Ordinal)
                .Select(cut =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{cut.Key} {cut.Min(one => one.From):0}-{cut.Max(one => one.To):0}"
                    )
                )
        );
        return new Verdict(
            checker.Found,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{history.Pushes.Count} pushes ({answers}), {history.Receipts.Count} receipts, {checker.LostByCut} lost by a cut, slowest answer {slowest:0} ms, longest pause {paused:0} ms, faults at {faults}, cuts of {cuts}"
            ) + string.Concat(figures.Select(figure => "; " + figure))
        );
    }
}

package import Millrace

/// One input and where it must end, under each profile, when one route takes the three Tasks types and nothing else
/// and unrouted events are dead-lettered.
package struct InputCase: Sendable, CustomStringConvertible {
    /// What must become of a record.
    package enum Outcome: String, Sendable { case route, deadLetter, skip }

    package struct Expectation: Sendable {
        package var outcome: Outcome
        /// The reason of a letter or a skip. Ends in `*` where only its beginning is laid down.
        package var reason: String?
        /// The tolerances that are used, in any order. One may end in `*`. Judged for routed events only.
        package var tolerated: [String] = []
        /// Of a routed event: the reason of the letter that a processor of the Tasks events makes of its data; nil where
        /// it can read them.
        package var dataReason: String?
        /// The tolerances that reading the data uses besides.
        package var dataTolerated: [String] = []
        /// The canonical type, where the case is about it.
        package var type: String?
    }

    /// The row of the table of hard inputs that it belongs to; 0: one of those beside the table.
    package var row: Int
    /// What is special, unique in its row.
    package var name: String
    /// The record as it stands in the topic.
    package var record: RecordLine
    package var strict: Expectation
    package var qlik: Expectation
    /// Under either profile, behind the other cases of its row, where the route de-duplicates; nil: as without.
    package var deduplicated: Expectation?

    package var description: String { "\(row) \(name)" }

    /// What must become of it under a profile.
    package func expectation(profile: String) -> Expectation { profile == "strict" ? strict : qlik }
}

extension InputCase.Expectation {
    /// Routed, with exactly these tolerances.
    package static func routed(_ tolerated: String..., type: String? = nil) -> Self {
        Self(outcome: .route, tolerated: tolerated, type: type)
    }

    /// Dead-lettered.
    package static func dead(_ reason: String, type: String? = nil) -> Self {
        Self(outcome: .deadLetter, reason: reason, type: type)
    }

    /// Passed over.
    package static func skipped(_ reason: String) -> Self {
        Self(outcome: .skip, reason: reason)
    }

    /// The same, where a processor of the Tasks events refuses the data.
    package func refusingData(_ reason: String) -> Self {
        var copy = self
        copy.dataReason = reason
        return copy
    }

    /// The same, where a processor of the Tasks events reads the data with these tolerances.
    package func tolerating(_ codes: String...) -> Self {
        var copy = self
        copy.dataTolerated = codes
        return copy
    }

    /// What must become of the record where every route is that of a processor of the Tasks events.
    package var typed: Self {
        if let dataReason { return .dead(dataReason, type: type) }
        var copy = self
        copy.tolerated += dataTolerated
        copy.dataTolerated = []
        return copy
    }

    /// Whether a reason is the one laid down.
    package func allows(reason other: String?) -> Bool {
        guard let reason else { return other == nil }
        return other.map { Self.matches(reason, $0) } ?? false
    }

    /// Whether the tolerances are exactly those laid down.
    package func allows(tolerated others: [String]) -> Bool {
        guard others.count == tolerated.count else { return false }
        return tolerated.allSatisfy { expected in others.contains { Self.matches(expected, $0) } }
    }

    private static func matches(_ expected: String, _ found: String) -> Bool {
        guard expected.hasSuffix("*") else { return expected == found }
        return found.hasPrefix(String(expected.dropLast()))
    }
}

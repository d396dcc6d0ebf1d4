import Millrace

/// The hardest inputs, row by row: what `explain` answers and what a topic gets must both be
/// what stands here.
package enum InputCases {
    /// All cases.
    package static let all: [InputCase] =
        modes + binaryHeaders + bytes + attributes + names + times + data + tasks + reusedIDs + types
        + fromOtherLibraries

    /// A case with the same end under both profiles.
    static func both(
        _ row: Int, _ name: String, _ record: RecordLine, _ expectation: InputCase.Expectation
    ) -> InputCase {
        InputCase(row: row, name: name, record: record, strict: expectation, qlik: expectation)
    }

    /// A case that the profiles judge differently.
    static func differing(
        _ row: Int, _ name: String, _ record: RecordLine, strict: InputCase.Expectation, qlik: InputCase.Expectation
    ) -> InputCase {
        InputCase(row: row, name: name, record: record, strict: strict, qlik: qlik)
    }

    /// The same kind of case for several texts: each is the JSON text of one member of a structured event.
    static func each(
        _ row: Int, member: String, _ texts: [String], _ expectation: InputCase.Expectation
    ) -> [InputCase] {
        texts.map { both(row, "\(member): \($0)", InputRecord.event([member: $0]), expectation) }
    }
}

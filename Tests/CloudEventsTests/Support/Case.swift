import CloudEvents
import Testing

/// A record and what must come of it under each profile.
struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var record: Record
    var strict: String
    var qlik: String

    /// The same under both profiles.
    init(_ name: String, _ record: Record, _ both: String) {
        self.init(name, record, strict: both, qlik: both)
    }

    init(_ name: String, _ record: Record, strict: String, qlik: String) {
        self.name = name
        self.record = record
        self.strict = strict
        self.qlik = qlik
    }

    var testDescription: String { name }

    func check(sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(record.outcome(.strict) == strict, "\(name), strict", sourceLocation: sourceLocation)
        #expect(record.outcome(.qlik) == qlik, "\(name), qlik", sourceLocation: sourceLocation)
    }
}

/// A departure from the specification that a reader lets pass and counts.
public enum Tolerance: UInt8, Sendable, Hashable, CaseIterable {
    /// A structured event whose headers do not say so.
    case implicitStructured
    /// A `ce_` header disagrees with the structured event, which wins.
    case headerMismatch
    /// A header's name is written with capitals.
    case headerNameCase
    /// A byte order mark in front of the document.
    case bom
    /// `content-type` given twice, or `ce_datacontenttype` beside it, with the same value.
    case duplicateContentType
    /// `datacontenttype` is the word `string`, left over from a template; taken as JSON.
    case placeholderMediaType
    /// Extension attributes inside an `extensions` object, as in CloudEvents 0.1.
    case liftedExtensions
    /// The attribute `eventType` of CloudEvents 0.1.
    case legacyAttribute
    /// `type` is a known alias and was replaced by its canonical name.
    case typeAlias
    /// `type` is a known alias and `eventType` decided.
    case typeByEventType
    /// `specversion` has a patch level: `1.0.N`.
    case specversionPatch
    /// Source and id are those of another event with other content. No reader says so: a worker whose route de-duplicates
    /// does.
    case idReuse

    /// The spelling in letters, logs and metrics, without what it is about.
    public var name: String { String(describing: self) }
}

/// What was let pass in one event. Only header names take memory.
public struct Tolerances: Sendable, Hashable {
    private var bits: UInt16 = 0
    /// Tolerances about a header, each with what it is about, in the order found.
    private var named: [Named]?

    private struct Named: Sendable, Hashable {
        var tolerance: Tolerance
        var subject: String
    }

    /// None.
    public init() {}

    /// Whether nothing was let pass.
    @inline(__always)
    public var isEmpty: Bool { bits == 0 }

    /// Whether it was let pass at least once.
    @inline(__always)
    public func contains(_ tolerance: Tolerance) -> Bool {
        bits & (1 << UInt16(tolerance.rawValue)) != 0
    }

    /// The spellings, each once: `typeAlias`, `headerNameCase:id`.
    public var codes: [String] {
        var codes: [String] = []
        for tolerance in Tolerance.allCases where contains(tolerance) {
            let subjects = named?.filter { $0.tolerance == tolerance } ?? []
            if tolerance == .legacyAttribute {
                codes.append("legacyAttribute:eventType")
            } else if subjects.isEmpty {
                codes.append(tolerance.name)
            } else {
                codes += subjects.map { "\(tolerance.name):\($0.subject)" }
            }
        }
        return codes
    }

    @inline(__always)
    package mutating func insert(_ tolerance: Tolerance) {
        bits |= 1 << UInt16(tolerance.rawValue)
    }

    /// At most 16 names are kept; a record may have any number of headers.
    package mutating func insert(_ tolerance: Tolerance, about subject: String) {
        insert(tolerance)
        let entry = Named(tolerance: tolerance, subject: String(subject.prefix(64)))
        var list = named ?? []
        if list.count < 16, !list.contains(entry) { list.append(entry) }
        named = list
    }
}

/// What a reader lets pass: a set of switches, one a tolerance.
///
/// ``strict`` passes the public conformance suites. ``qlik`` also reads the events that Qlik Cloud documents, which are
/// a mixture of CloudEvents 0.1 and 1.0. A profile belongs to a source, not to the process.
public struct Profile: Sendable, Hashable {
    /// One switch.
    public enum Switch: UInt8, Sendable, Hashable, CaseIterable {
        /// Without a content type and without `ce_` headers, a value that is a CloudEvent in JSON counts as structured
        /// (CloudEvents 1.0.1 and older).
        case implicitStructured
        /// The same under `content-type: application/json`.
        case implicitStructuredJSON
        /// `ce_` headers beside a structured event may disagree with it. Off: `duplicateAttribute`.
        case headerMismatch
        /// Header names may be written with capitals. Off: such headers are no attributes.
        case headerNameCase
        /// A byte order mark may stand in front of the document. Off: `jsonSyntax`.
        case bom
        /// The content type may be given twice with one value. Off: `duplicateAttribute`.
        case duplicateContentType
        /// `datacontenttype` may be the word `string`. Off: `invalidMediaType`.
        case placeholderMediaType
        /// Extensions may stand in an `extensions` object. Off: `invalidAttributeType`.
        case liftedExtensions
        /// `eventType` may stand beside `type`. Off: `invalidAttributeName`.
        case legacyAttribute
        /// Aliases of types are replaced by their canonical names. Off: they are names like others.
        case typeAlias
        /// `eventType` decides where `type` is an alias. Off: the two must agree.
        case typeByEventType
        /// `specversion` may be `1.0.N`. Off: `unsupportedSpecVersion`.
        case specversionPatch

        /// The spelling in configurations.
        public var name: String { String(describing: self) }
    }

    private var bits: UInt16

    private init(_ switches: [Switch]) {
        bits = switches.reduce(0) { $0 | 1 << UInt16($1.rawValue) }
    }

    /// CloudEvents 1.0.2 as written; lets pass what its transports or older readers allow without loss.
    public static let strict = Profile([
        .implicitStructured, .headerMismatch, .headerNameCase, .bom, .duplicateContentType,
    ])

    /// What ``strict`` lets pass and the quirks of the events that Qlik Cloud documents.
    public static let qlik = Profile(Switch.allCases)

    /// The profile of that name, `strict` or `qlik`; nil for any other.
    public static func named(_ name: String) -> Profile? {
        switch name {
        case "strict": .strict
        case "qlik": .qlik
        default: nil
        }
    }

    /// Whether the switch is on.
    @inline(__always)
    public func allows(_ item: Switch) -> Bool {
        bits & (1 << UInt16(item.rawValue)) != 0
    }

    /// The same profile with one switch set.
    public func setting(_ item: Switch, _ on: Bool) -> Profile {
        var copy = self
        let bit: UInt16 = 1 << UInt16(item.rawValue)
        if on { copy.bits |= bit } else { copy.bits &= ~bit }
        return copy
    }
}

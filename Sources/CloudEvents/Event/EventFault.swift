/// Why a record is no valid CloudEvent.
///
/// Holds names, positions and rules, never the event's data.
public struct EventFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// The classes of faults. The raw value is the spelling in letters, logs and metrics.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// Nothing in the record says that it is a CloudEvent.
        case notACloudEvent
        /// The document of a structured event is JSON, but no object.
        case notAnObject
        /// The content type announces a batch of events, which a Kafka record must not hold.
        case batchNotSupported
        /// The content type announces an event in a format other than JSON.
        case unsupportedEventFormat
        /// A structured event whose value is missing or has no bytes.
        case emptyValue
        /// The record is larger than the limit.
        case tooLarge
        /// The document is in UTF-16 or UTF-32.
        case notUtf8
        /// Bytes that are not UTF-8; with a subject: in that header.
        case invalidUtf8
        /// The document breaks the grammar of JSON.
        case jsonSyntax
        /// More arrays and objects within each other than the limit allows.
        case nestingTooDeep
        /// A member of the envelope stands twice.
        case duplicateMember
        /// An attribute is given twice by headers.
        case duplicateAttribute
        /// A required attribute is missing or null.
        case missingAttribute
        /// An attribute that must not be empty is.
        case emptyAttribute
        /// An attribute that must be a string is something else.
        case wrongType
        /// An attribute holds a control character, a noncharacter or half of a surrogate pair.
        case invalidString
        /// A name that is not made of a–z and 0–9.
        case invalidAttributeName
        /// An extension attribute is an array or an object.
        case invalidAttributeType
        /// Another version of CloudEvents than 1.0.
        case unsupportedSpecVersion
        /// Not a URI-reference (RFC 3986), or for `dataschema` not a URI.
        case invalidUriReference
        /// Not a timestamp (RFC 3339).
        case invalidTimestamp
        /// Not a media type (RFC 2046).
        case invalidMediaType
        /// A number with a fraction or an exponent.
        case notAnInteger
        /// A number that does not fit 32 bits with a sign.
        case integerOutOfRange
        /// A nested extension and the attribute of the same name say different things.
        case extensionConflict
        /// `type` and the legacy `eventType` name different types.
        case typeConflict
        /// Both `data` and `data_base64`.
        case dataConflict
        /// `datacontenttype` is not JSON, but `data` is not a string.
        case dataNotText
        /// `data_base64` is not base64 (RFC 4648 section 4, with padding).
        case invalidBase64
    }

    /// The class of the fault.
    public let code: Code
    /// The attribute or header that it is about, at most 128 bytes of it; nil if it is about the whole record.
    public let subject: String?
    /// Zero-based offset in the record's value, or in the header's; nil where none fits.
    public let offset: Int?
    /// What was found, what is allowed. No payload, no secret.
    public let detail: String

    package init(_ code: Code, _ subject: String? = nil, offset: Int? = nil, detail: String) {
        self.code = code
        self.subject = subject.map(Self.bounded)
        self.offset = offset
        self.detail = detail
    }

    /// The code, and after a colon what it is about: `invalidString:id`.
    public var reason: String {
        subject.map { "\(code.rawValue):\($0)" } ?? code.rawValue
    }

    /// The reason, the detail and the offset in one line.
    public var description: String {
        offset.map { "\(reason): \(detail) (byte \($0))" } ?? "\(reason): \(detail)"
    }

    /// Names come from outside and may have any length.
    private static func bounded(_ name: String) -> String {
        guard name.utf8.count > 128 else { return name }
        var cut = ""
        for character in name.unicodeScalars {
            guard cut.utf8.count + UTF8.width(character) <= 125 else { break }
            cut.unicodeScalars.append(character)
        }
        return cut + "…"
    }
}

extension EventFault {
    /// A fault of the document itself.
    init(_ fault: JSONFault) {
        let code: Code =
            switch fault.kind {
            case .syntax: .jsonSyntax
            case .tooDeep: .nestingTooDeep
            case .invalidUTF8: .invalidUtf8
            case .otherEncoding: .notUtf8
            }
        self.init(code, offset: fault.offset, detail: fault.detail)
    }

    static var notACloudEvent: EventFault {
        EventFault(
            .notACloudEvent,
            detail: "neither headers nor value say so: no content type of CloudEvents, no 'specversion'")
    }
}

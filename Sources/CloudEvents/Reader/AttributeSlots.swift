/// A member of the envelope, or the attribute that a header carries, by its name.
enum EnvelopeMember: UInt8 {
    case id, source, type, specVersion, subject, time, dataContentType, dataSchema
    case data, dataBase64, eventType, extensions
    /// An extension attribute, or no attribute at all.
    case other

    /// Found by length and then by words: no table, no hashing.
    @inline(__always)
    static func named(_ name: BytePointer, count: Int) -> EnvelopeMember {
        switch count {
        case 2: matches(name, "id", .id)
        case 4: matches(name, "type", .type, or: "time", .time, or: "data", .data)
        case 6: matches(name, "source", .source)
        case 7: matches(name, "subject", .subject)
        case 9: matches(name, "eventType", .eventType)
        case 10: matches(name, "dataschema", .dataSchema, or: "extensions", .extensions)
        case 11: matches(name, "specversion", .specVersion, or: "data_base64", .dataBase64)
        case 15: matches(name, "datacontenttype", .dataContentType)
        default: .other
        }
    }

    @inline(__always)
    static func named(_ name: ByteView) -> EnvelopeMember {
        guard let start = name.start else { return .other }
        return named(start, count: name.count)
    }

    @inline(__always)
    private static func matches(
        _ name: BytePointer, _ first: StaticString, _ member: EnvelopeMember, or second: StaticString? = nil,
        _ secondMember: EnvelopeMember = .other, or third: StaticString? = nil,
        _ thirdMember: EnvelopeMember = .other
    ) -> EnvelopeMember {
        if equals(name, first) { return member }
        if let second, equals(name, second) { return secondMember }
        if let third, equals(name, third) { return thirdMember }
        return .other
    }

    /// Both have the same length.
    @inline(__always)
    private static func equals(_ name: BytePointer, _ literal: StaticString) -> Bool {
        ByteView(name, count: literal.utf8CodeUnitCount).equals(ByteView(literal))
    }

    /// The name as reasons spell it.
    var name: String {
        switch self {
        case .specVersion: "specversion"
        case .dataContentType: "datacontenttype"
        case .dataSchema: "dataschema"
        case .dataBase64: "data_base64"
        default: String(describing: self)
        }
    }
}

/// A value as it stands in the record, not judged yet.
struct RawAttribute {
    enum Kind: UInt8 {
        case absent, null, string, number, boolean, object, array
    }

    /// The first byte: of a string, behind its quote.
    var start: BytePointer?
    var count: Int32 = 0
    var kind = Kind.absent
    var marks: StringMarks = []

    @inline(__always)
    init() {}

    @inline(__always)
    init(_ start: BytePointer, count: Int, kind: Kind, marks: StringMarks = []) {
        self.start = start
        self.count = Int32(truncatingIfNeeded: count)
        self.kind = kind
        self.marks = marks
    }

    @inline(__always)
    init(_ view: ByteView, kind: Kind) {
        start = view.start
        count = Int32(truncatingIfNeeded: view.count)
        self.kind = kind
    }

    /// The JSON value between the positions, whose grammar was checked.
    @inline(__always)
    init(_ start: BytePointer, _ end: BytePointer, marks: StringMarks) {
        switch start.pointee {
        case Ascii.quote: self.init(start + 1, count: end - start - 2, kind: .string, marks: marks)
        case Ascii.openBrace: self.init(start, count: end - start, kind: .object)
        case Ascii.openBracket: self.init(start, count: end - start, kind: .array)
        case UInt8(ascii: "n"): self.init(start, count: end - start, kind: .null)
        case UInt8(ascii: "t"), UInt8(ascii: "f"): self.init(start, count: end - start, kind: .boolean)
        default: self.init(start, count: end - start, kind: .number)
        }
    }

    @inline(__always)
    var view: ByteView {
        guard let start else { return ByteView() }
        return ByteView(start, count: Int(count))
    }

    /// Whether it says anything: null is the same as absent.
    @inline(__always)
    var isSet: Bool { kind.rawValue > Kind.null.rawValue }
}

/// The members of the envelope that mean something by themselves.
struct AttributeSlots {
    var id = RawAttribute()
    var source = RawAttribute()
    var type = RawAttribute()
    var specVersion = RawAttribute()
    var subject = RawAttribute()
    var time = RawAttribute()
    var dataContentType = RawAttribute()
    var dataSchema = RawAttribute()
    var data = RawAttribute()
    var dataBase64 = RawAttribute()
    var eventType = RawAttribute()
    var extensions = RawAttribute()

    /// The value of a member other than `.other`.
    subscript(member: EnvelopeMember) -> RawAttribute {
        @inline(__always)
        get {
            switch member {
            case .id: id
            case .source: source
            case .type: type
            case .specVersion: specVersion
            case .subject: subject
            case .time: time
            case .dataContentType: dataContentType
            case .dataSchema: dataSchema
            case .data: data
            case .dataBase64: dataBase64
            case .eventType: eventType
            case .extensions: extensions
            case .other: RawAttribute()
            }
        }
        @inline(__always)
        set {
            switch member {
            case .id: id = newValue
            case .source: source = newValue
            case .type: type = newValue
            case .specVersion: specVersion = newValue
            case .subject: subject = newValue
            case .time: time = newValue
            case .dataContentType: dataContentType = newValue
            case .dataSchema: dataSchema = newValue
            case .data: data = newValue
            case .dataBase64: dataBase64 = newValue
            case .eventType: eventType = newValue
            case .extensions: extensions = newValue
            case .other: break
            }
        }
    }
}

/// A member of the envelope, or the attribute that a header carries, by its name.
enum EnvelopeMember: UInt8 {
    case id, source, type, specVersion, subject, time, dataContentType, dataSchema
    case data, dataBase64, eventType, extensions
    /// An extension attribute, or no attribute at all.
    case other

    /// Whether it is an attribute that the specification names.
    @inline(__always)
    var isCore: Bool { rawValue < EnvelopeMember.data.rawValue }

    /// The member of that name.
    @inline(__always)
    static func named(_ name: ByteView) -> EnvelopeMember {
        guard let start = name.start, name.count >= 2, name.count <= 15 else { return .other }
        return named(head: head(start, name.count), tail: tail(start, name.count), count: name.count)
    }

    /// Found by length, then by the first and the last eight bytes as words: no table, no hashing.
    @inline(__always)
    private static func named(head: UInt64, tail: UInt64, count: Int) -> EnvelopeMember {
        switch count {
        case 2: return head == word("id") ? .id : .other
        case 4:
            if head == word("type") { return .type }
            if head == word("time") { return .time }
            return head == word("data") ? .data : .other
        case 6: return head == word("source") ? .source : .other
        case 7: return head == word("subject") ? .subject : .other
        case 9: return head == word("eventTyp") && tail == word("ventType") ? .eventType : .other
        case 10:
            if head == word("datasche") { return tail == word("taschema") ? .dataSchema : .other }
            return head == word("extensio") && tail == word("tensions") ? .extensions : .other
        case 11:
            if head == word("specvers") { return tail == word("cversion") ? .specVersion : .other }
            return head == word("data_bas") && tail == word("a_base64") ? .dataBase64 : .other
        case 15: return head == word("datacont") && tail == word("tenttype") ? .dataContentType : .other
        default: return .other
        }
    }

    /// The first bytes, at most eight, the first one lowest.
    @inline(__always)
    private static func head(_ start: BytePointer, _ count: Int) -> UInt64 {
        if count >= 8 { return load(start, as: UInt64.self) }
        if count >= 4 {
            // Two halves that overlap.
            let low = UInt64(load(start, as: UInt32.self))
            let high = UInt64(load(start + count - 4, as: UInt32.self))
            return low | (high << UInt64((count - 4) * 8))
        }
        let last = UInt64(start[count - 1]) << UInt64((count - 1) * 8)
        return UInt64(start[0]) | (UInt64(start[count / 2]) << UInt64(count / 2 * 8)) | last
    }

    /// The last eight bytes; of shorter names nothing.
    @inline(__always)
    private static func tail(_ start: BytePointer, _ count: Int) -> UInt64 {
        count >= 8 ? load(start + count - 8, as: UInt64.self) : 0
    }

    @inline(__always)
    private static func load<Word: FixedWidthInteger>(_ start: BytePointer, as type: Word.Type) -> Word {
        Word(littleEndian: UnsafeRawPointer(start).loadUnaligned(as: type))
    }

    /// The first eight bytes of the literal as a word. Computed by the compiler.
    @inline(__always)
    private static func word(_ literal: StaticString) -> UInt64 {
        var word: UInt64 = 0
        for index in 0..<min(8, literal.utf8CodeUnitCount) {
            word |= UInt64(literal.utf8Start[index]) << UInt64(index * 8)
        }
        return word
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

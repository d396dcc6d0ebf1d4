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
    /// Makes the size as large as the stride, so that a tuple of these is laid out like an array.
    private var padding: UInt16 = 0

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
    private typealias Four = (RawAttribute, RawAttribute, RawAttribute, RawAttribute)
    private static var empty: Four { (RawAttribute(), RawAttribute(), RawAttribute(), RawAttribute()) }
    private var values = (empty, empty, empty)

    /// The value of a member other than `.other`.
    subscript(member: EnvelopeMember) -> RawAttribute {
        @inline(__always)
        get {
            withUnsafeBytes(of: values) { $0.assumingMemoryBound(to: RawAttribute.self)[Int(member.rawValue)] }
        }
        @inline(__always)
        set {
            withUnsafeMutableBytes(of: &values) {
                $0.assumingMemoryBound(to: RawAttribute.self)[Int(member.rawValue)] = newValue
            }
        }
    }
}

import CloudEvents

/// Where a member's value stands in the text of the data, in eight bytes: a state has twenty of them and is copied into
/// every handler. Texts are shorter than 2 GiB, as records are.
struct Place: Sendable {
    private var offset: UInt32
    /// The count, and in the lowest bit whether a string has escapes.
    private var tag: UInt32

    /// No such member.
    static var missing: Place { Place(offset: .max, tag: 0) }
    /// The member is `null`.
    static var null: Place { Place(offset: .max, tag: 1) }

    @inline(__always)
    private init(offset: UInt32, tag: UInt32) {
        self.offset = offset
        self.tag = tag
    }

    /// What stands between the quotes of a string in the text.
    @inline(__always)
    init(_ string: JSONString, in text: ByteView) {
        self.init(string.raw, hasEscapes: string.hasEscapes, in: text)
    }

    /// The value from one offset of the text up to another.
    @inline(__always)
    init(from start: Int, to end: Int) {
        offset = UInt32(truncatingIfNeeded: start)
        tag = UInt32(truncatingIfNeeded: end - start) << 1
    }

    @inline(__always)
    private init(_ view: ByteView, hasEscapes: Bool, in text: ByteView) {
        let start = view.start.flatMap { view in text.start.map { view - $0 } } ?? 0
        offset = UInt32(truncatingIfNeeded: start)
        tag = UInt32(truncatingIfNeeded: view.count) << 1 | (hasEscapes ? 1 : 0)
    }

    /// Whether there is a value that is not `null`.
    @inline(__always)
    var isSet: Bool { offset != .max }

    /// Whether the member is there and `null`.
    var isNull: Bool { offset == .max && tag == 1 }

    /// Whether there is a value, which may be a string, of no bytes.
    var isEmpty: Bool { isSet && tag >> 1 == 0 }

    /// The bytes; nothing if there is no value.
    @inline(__always)
    func view(in text: ByteView) -> ByteView {
        guard isSet else { return ByteView() }
        return text.slice(Int(offset)..<Int(offset) + Int(tag >> 1))
    }

    /// The string, or nil if there is no value.
    @inline(__always)
    func string(in text: ByteView) -> JSONString? {
        isSet ? JSONString(view(in: text), hasEscapes: tag & 1 == 1) : nil
    }
}

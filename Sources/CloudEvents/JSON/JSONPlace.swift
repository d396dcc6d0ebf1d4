/// Where a value stands in JSON text, in eight bytes. Texts are shorter than 2 GiB, as records are.
package struct JSONPlace: Sendable {
    /// The offset of the first byte and one; 0: there is no value. So a place of zeros is that of no member.
    @usableFromInline var mark: UInt32
    /// The count, and in the lowest bit whether a string has escapes.
    @usableFromInline var tag: UInt32

    /// There is no such member.
    @inlinable @inline(__always)
    package static var missing: JSONPlace { JSONPlace() }
    /// The member is `null`.
    @inlinable @inline(__always)
    package static var null: JSONPlace {
        var place = JSONPlace()
        place.tag = 1
        return place
    }

    /// No such member.
    @inlinable @inline(__always)
    package init() { (mark, tag) = (0, 0) }

    /// The bytes from one offset of the text up to another: of a string, what stands between its quotes.
    @inlinable @inline(__always)
    package init(from start: Int, to end: Int, hasEscapes: Bool = false) {
        mark = UInt32(truncatingIfNeeded: start &+ 1)
        tag = UInt32(truncatingIfNeeded: end &- start) << 1 | (hasEscapes ? 1 : 0)
    }

    /// The offsets of the first byte and of what stands behind the last one.
    @inline(__always)
    var start: Int { Int(mark) &- 1 }
    @inline(__always)
    var end: Int { Int(mark) &- 1 &+ Int(tag >> 1) }

    @inline(__always)
    var hasEscapes: Bool { tag & 1 == 1 }

    /// Whether there is a value that is not `null`.
    @inlinable @inline(__always)
    package var isSet: Bool { mark != 0 }

    /// Whether the member is there and `null`.
    @inlinable @inline(__always)
    package var isNull: Bool { mark == 0 && tag == 1 }

    /// Whether there is a value, which may be a string, of no bytes.
    @inlinable @inline(__always)
    package var isEmpty: Bool { isSet && tag >> 1 == 0 }

    /// The bytes; nothing if there is no value.
    @inlinable @inline(__always)
    package func view(in text: ByteView) -> ByteView {
        guard isSet else { return ByteView() }
        return text.slice(Int(mark) &- 1..<Int(mark) &- 1 &+ Int(tag >> 1))
    }

    /// The string, or nil if there is no value.
    @inlinable @inline(__always)
    package func string(in text: ByteView) -> JSONString? {
        isSet ? JSONString(view(in: text), hasEscapes: tag & 1 == 1) : nil
    }
}

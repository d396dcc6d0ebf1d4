/// One pass over the checked text of an object, from member to member, that compares each with a shape.
///
/// Only kinds can be wrong: then `offset` is that of the value, and `expected` says what it should be.
struct ObjectWalk {
    private let base: BytePointer
    private let end: BytePointer
    private var position: BytePointer
    private var scanner: JSONScanner
    /// A value of kind `anything` was neither a string nor `null`.
    private(set) var hasOtherValues = false
    private(set) var expected: StaticString = ""
    /// The strings from here on, as far as they were noted.
    private var noted: UnsafePointer<JSONPlace>?
    private var notedEnd: UnsafePointer<JSONPlace>?

    init(_ data: HeldData) {
        let text = data.bytes
        if let places = data.strings.places, let first = places.baseAddress {
            noted = first
            notedEnd = first + places.count
        }
        let nothing: StaticString = "null"
        scanner = JSONScanner(
            base: text.count > 0 ? text.start ?? nothing.utf8Start : nothing.utf8Start,
            count: text.count > 0 ? text.count : nothing.utf8CodeUnitCount)
        (base, end) = (scanner.base, scanner.end)
        position = scanner.skipWhitespace(scanner.base)
    }

    /// The byte at hand; zero at the end.
    @inline(__always)
    private var byte: UInt8 { position < end ? position.pointee : 0 }

    /// Moves to the next byte that is no white space, and answers it; zero at the end. Not the scanner's: it would be
    /// copied, since the position is changed meanwhile.
    @inline(__always)
    private mutating func next() -> UInt8 {
        let first = byte
        if first > Ascii.space { return first }
        position = JSONScanner.skipWhitespaceRun(position, end: end)
        return byte
    }

    /// Zero-based offset of the value at hand, and its kind.
    var offset: Int { position - base }
    var kind: JSONKind { JSONKind(byte) }

    /// Walks the object at hand; nil for `places` keeps none. Answers whether all is as the shape says.
    mutating func object(_ shape: ObjectShape, _ places: UnsafeMutablePointer<JSONPlace>?) -> Bool {
        guard byte == Ascii.openBrace else { return fail("object") }
        position += 1
        while true {
            // Checked text: a name or the end.
            guard next() == Ascii.quote else { break }
            let name = string()
            if next() == Ascii.colon { position += 1 }
            _ = next()
            let member = Self.index(of: name, in: shape, base, end)
            if member < 0 {
                skip()
            } else if shape.strings & (1 << UInt64(truncatingIfNeeded: member)) != 0,
                byte == Ascii.quote
            {
                let place = string()
                places?[member] = place
            } else {
                guard let place = value(shape.kinds[member]) else { return false }
                places?[member] = place
            }
            guard next() == Ascii.comma else { break }
            position += 1
        }
        position = min(position + 1, end)
        return true
    }

    /// The member of that name; −1: it is not documented. Static, so that the walk need not be copied for the call.
    @inline(__always)
    private static func index(
        of name: JSONPlace, in shape: ObjectShape, _ base: BytePointer, _ end: BytePointer
    ) -> Int {
        let count = name.end - name.start
        if name.hasEscapes { return index(ofEscaped: ByteView(base + name.start, count: count), in: shape) }
        return count == 0 ? -1 : shape.names.index(of: base + name.start, count: count, end: end)
    }

    @inline(never)
    private static func index(ofEscaped raw: ByteView, in shape: ObjectShape) -> Int {
        JSONText.bytes(raw, hasEscapes: true).withUnsafeBufferPointer { plain in
            guard let start = plain.baseAddress, plain.count > 0 else { return -1 }
            return shape.names.index(of: start, count: plain.count, end: start + plain.count)
        }
    }

    /// The value at hand, which is then left; nil: it is of another kind.
    @inline(never)
    private mutating func value(_ kind: ObjectShape.Kind) -> JSONPlace? {
        let first = byte
        if first == UInt8(ascii: "n") {
            skip()
            return .null
        }
        let start = position
        switch kind {
        case .string:
            guard first == Ascii.quote else { return mismatch("string") }
            return string()
        case .anything:
            if first == Ascii.quote { return string() }
            hasOtherValues = true
            skip()
        case .boolean:
            guard first == UInt8(ascii: "t") || first == UInt8(ascii: "f") else { return mismatch("boolean") }
            skip()
        case .strings:
            guard first == Ascii.openBracket else { return mismatch("array") }
            guard elements({ walk in walk.stringElement() }) else { return nil }
        case .objects(let shape):
            guard first == Ascii.openBracket else { return mismatch("array") }
            guard elements({ walk in walk.object(shape, nil) }) else { return nil }
        }
        return JSONPlace(from: start - base, to: position - base)
    }

    /// Walks the array at hand, with a body for each element.
    @inline(__always)
    private mutating func elements(_ body: (inout ObjectWalk) -> Bool) -> Bool {
        position += 1
        if next() != Ascii.closeBracket {
            while true {
                guard body(&self) else { return false }
                guard next() == Ascii.comma else { break }
                position += 1
                _ = next()
            }
        }
        position = min(position + 1, end)
        return true
    }

    /// The string at hand, which is then left.
    @inline(__always)
    private mutating func string() -> JSONPlace {
        let start = position + 1
        // What was noted does not wait for where the string before ends.
        if let place = noted, place < notedEnd.unsafelyUnwrapped, place.pointee.start == start - base {
            noted = place + 1
            position = base + place.pointee.end + 1
            return place.pointee
        }
        let (after, hasEscapes) = scanner.skipCheckedString(start)
        position = after
        return JSONPlace(from: start - base, to: after - base - 1, hasEscapes: hasEscapes)
    }

    private mutating func stringElement() -> Bool {
        guard byte == Ascii.quote else { return fail("string") }
        _ = string()
        return true
    }

    /// Leaves the value at hand, whatever it is, and the strings in it.
    private mutating func skip() {
        position = scanner.skipValue(position, depth: .max) ?? end
        while let place = noted, place < notedEnd.unsafelyUnwrapped, place.pointee.start < offset { noted = place + 1 }
    }

    @inline(never)
    private mutating func fail(_ expected: StaticString) -> Bool {
        self.expected = expected
        return false
    }

    private mutating func mismatch(_ expected: StaticString) -> JSONPlace? {
        _ = fail(expected)
        return nil
    }
}

/// The values of a JSON text in the order of the text, so that a decoder can go from one to the next without reading
/// again. Made in one pass over checked text, for one decoding, on one thread.
final class DataIndex {
    /// One value, or the name of a member, which stands before its value. Twelve bytes, because text of one-digit numbers
    /// has an entry for every other byte.
    struct Entry {
        /// Offset of the first byte; of a string, behind its quote.
        var offset: UInt32
        /// Bytes. Of an object: the entry of the member after the one that was found last; of an array: not used.
        var countOrHint: UInt32
        /// The entry behind this value and all that is in it, the kind and whether there are escapes.
        private var tag: UInt32

        static let maximumEntries = 1 << 28

        @inline(__always)
        init(offset: Int, count: Int, next: Int, kind: JSONKind, hasEscapes: Bool) {
            self.offset = UInt32(truncatingIfNeeded: offset)
            countOrHint = UInt32(truncatingIfNeeded: count)
            tag = UInt32(truncatingIfNeeded: next) << 4 | UInt32(kind.rawValue) << 1 | (hasEscapes ? 1 : 0)
        }

        @inline(__always)
        var next: Int {
            get { Int(tag >> 4) }
            set { tag = UInt32(truncatingIfNeeded: newValue) << 4 | tag & 15 }
        }

        @inline(__always)
        var kind: JSONKind { JSONKind(rawValue: UInt8(truncatingIfNeeded: tag >> 1) & 7) ?? .null }

        @inline(__always)
        var hasEscapes: Bool { tag & 1 == 1 }
    }

    private(set) var text: ByteView
    /// The text's memory, once it is the index's own.
    private var memory: OwnedBytes?
    /// What stands in front of all pointers.
    let root: String
    private(set) var entries: UnsafeMutablePointer<Entry>
    private var count = 0
    private var capacity: Int

    /// Indexes text whose grammar was checked, of less than 4 GiB, and which outlives the index. Nil: more values than
    /// an index can hold.
    init?(_ text: ByteView, root: String) {
        self.text = text
        self.root = root
        // Typical texts have a value or a name every dozen bytes.
        capacity = max(16, text.count / 12)
        entries = .allocate(capacity: capacity)
        guard build() else { return nil }
    }

    deinit {
        entries.deallocate()
    }

    /// Copies the text, for a decoder that somebody keeps longer than the event's memory lasts.
    func keepText() {
        let owned = OwnedBytes(capacity: text.count)
        text = owned.append(text.bytes)
        memory = owned
    }

    /// What the value stands in, as bytes.
    @inline(__always)
    func bytes(_ entry: Int) -> ByteView {
        guard let start = text.start else { return ByteView() }
        return ByteView(start + Int(entries[entry].offset), count: Int(entries[entry].countOrHint))
    }

    /// The pointer to a value.
    func pointer(to entry: Int) -> String {
        let offset = Int(entries[entry].offset) - (entries[entry].kind == .string ? 1 : 0)
        return JSONPointer.locate(offset, in: text, root: root)
    }

    /// The value of an object's member, or nil. Looks on from where the last member was found, so that reading members
    /// in their order costs one comparison each. Of members with one name, one is found.
    @inline(__always)
    func member(_ name: ByteView, of object: Int) -> Int? {
        let hint = Int(entries[object].countOrHint)
        return member(name, of: object, from: hint, to: entries[object].next)
            ?? member(name, of: object, from: object + 1, to: hint)
    }

    @inline(__always)
    private func member(_ name: ByteView, of object: Int, from first: Int, to end: Int) -> Int? {
        var entry = first
        while entry < end {
            let value = entry + 1
            let next = entries[value].next
            if matches(entry, name) {
                entries[object].countOrHint = UInt32(truncatingIfNeeded: next)
                return value
            }
            entry = next
        }
        return nil
    }

    @inline(__always)
    private func matches(_ entry: Int, _ name: ByteView) -> Bool {
        if entries[entry].hasEscapes { return JSONText.equals(bytes(entry), name) }
        return bytes(entry).equals(name)
    }

    // MARK: Building

    private func build() -> Bool {
        guard let base = text.start, text.count > 0 else { return false }
        var scanner = JSONScanner(base: base, count: text.count)
        var position = scanner.skipWhitespace(base)
        var open: [Int] = []
        while position < scanner.end {
            switch position.pointee {
            case Ascii.quote:
                scanner.marks = []
                guard let after = scanner.skipString(position + 1) else { return false }
                append(
                    position + 1 - base, count: after - position - 2, .string,
                    hasEscapes: scanner.marks.contains(.escape))
                position = after
            case Ascii.openBrace, Ascii.openBracket:
                open.append(count)
                append(position - base, count: count + 1, JSONKind(position.pointee))
                position += 1
            case Ascii.closeBrace, Ascii.closeBracket:
                if let container = open.popLast() { entries[container].next = count }
                position += 1
            case Ascii.comma, Ascii.colon, Ascii.space, Ascii.tab, Ascii.lineFeed, Ascii.carriageReturn:
                position += 1
            default:
                guard let after = scanner.skipScalar(position) else { return false }
                append(position - base, count: after - position, JSONKind(position.pointee))
                position = after
            }
        }
        return count <= Entry.maximumEntries
    }

    @inline(__always)
    private func append(_ offset: Int, count length: Int, _ kind: JSONKind, hasEscapes: Bool = false) {
        if count == capacity { grow(from: offset) }
        entries[count] = Entry(offset: offset, count: length, next: count + 1, kind: kind, hasEscapes: hasEscapes)
        count += 1
    }

    /// Makes room for all that can follow: each further value stands behind a bracket, a comma or a colon.
    @inline(never)
    private func grow(from offset: Int) {
        var needed = count + 1
        for byte in text.slice(max(0, offset - 1)..<text.count).bytes {
            switch byte {
            case Ascii.openBrace, Ascii.openBracket, Ascii.comma, Ascii.colon: needed += 1
            default: break
            }
        }
        let larger = UnsafeMutablePointer<Entry>.allocate(capacity: needed)
        larger.moveInitialize(from: entries, count: count)
        entries.deallocate()
        entries = larger
        capacity = needed
    }
}

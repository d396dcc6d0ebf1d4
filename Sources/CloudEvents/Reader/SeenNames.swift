/// The names of the extension attributes met so far in one document, to find those that stand twice.
///
/// The first eight are compared one by one; more go into a hash table, so that a document of nothing but attributes is
/// still read in time proportional to its size.
struct SeenNames {
    private typealias Tokens = (
        BytePointer, BytePointer, BytePointer, BytePointer, BytePointer, BytePointer, BytePointer, BytePointer
    )
    private static let inlineCount = 8
    private var inline: Tokens
    private var count = 0
    private var table: NameTable?
    private let base: BytePointer
    private let lowercasing: Bool

    /// - Parameters:
    ///   - base: the document's first byte.
    ///   - lowercasing: whether names are given in lower case, whatever they are in the document.
    init(base: BytePointer, lowercasing: Bool = false) {
        self.base = base
        self.lowercasing = lowercasing
        inline = (base, base, base, base, base, base, base, base)
    }

    /// Takes the name in, or answers where it stands already.
    ///
    /// `token`: where it stands in the document, behind the opening quote; `name`: its plain text.
    @inline(__always)
    mutating func insert(_ name: ByteView, token: BytePointer) -> BytePointer? {
        if let earlier = find(name) { return earlier }
        if count < Self.inlineCount {
            let index = count
            withUnsafeMutableBytes(of: &inline) { $0.assumingMemoryBound(to: BytePointer.self)[index] = token }
        } else {
            insertFurther(name, token: token)
        }
        count += 1
        return nil
    }

    /// Where the name stands, or nil. Mutating only so that the places need not be copied.
    @inline(__always)
    mutating func find(_ name: ByteView) -> BytePointer? {
        let used = min(count, Self.inlineCount)
        let lowercasing = lowercasing
        let found = withUnsafeMutableBytes(of: &inline) { bytes -> BytePointer? in
            let tokens = bytes.assumingMemoryBound(to: BytePointer.self)
            for index in 0..<used where Self.matches(tokens[index], name, lowercasing) { return tokens[index] }
            return nil
        }
        return found ?? table?.find(name)
    }

    @inline(never)
    private mutating func insertFurther(_ name: ByteView, token: BytePointer) {
        var grown = table.take() ?? NameTable(base: base, lowercasing: lowercasing)
        grown.insert(name, token: token)
        table = grown
    }

    /// Whether the name in the document is the plain one. The name in the document ends with a quote, so nothing behind
    /// it is compared.
    @inline(__always)
    private static func matches(_ token: BytePointer, _ name: ByteView, _ lowercasing: Bool) -> Bool {
        for index in 0..<name.count {
            let byte = token[index]
            if byte == Ascii.backslash { return matchesSlowly(token, name, lowercasing) }
            if byte == Ascii.quote || (lowercasing ? Ascii.lowercased(byte) : byte) != name[index] { return false }
        }
        if token[name.count] == Ascii.backslash { return matchesSlowly(token, name, lowercasing) }
        return token[name.count] == Ascii.quote
    }

    @inline(never)
    private static func matchesSlowly(_ token: BytePointer, _ name: ByteView, _ lowercasing: Bool) -> Bool {
        JSONText.equals(JSONText.content(at: token), name, lowercasing: lowercasing)
    }
}

/// An open hash table of the places of names in a document: eight bytes a place. Seeded by the process, so that nobody
/// can choose names that collide.
struct NameTable {
    private struct Slot {
        var hash: UInt32 = 0
        /// One more than the name's offset; zero: free.
        var place: UInt32 = 0
    }

    private let base: BytePointer
    private var slots = [Slot](repeating: Slot(), count: 64)
    private var used = 0
    private let lowercasing: Bool

    init(base: BytePointer, lowercasing: Bool) {
        self.base = base
        self.lowercasing = lowercasing
    }

    func find(_ name: ByteView) -> BytePointer? {
        let hash = Self.hash(name)
        var index = Int(hash) & (slots.count - 1)
        while slots[index].place != 0 {
            if slots[index].hash == hash {
                let token = base + Int(slots[index].place - 1)
                if JSONText.equals(JSONText.content(at: token), name, lowercasing: lowercasing) { return token }
            }
            index = (index + 1) & (slots.count - 1)
        }
        return nil
    }

    /// The name must not be in the table yet.
    mutating func insert(_ name: ByteView, token: BytePointer) {
        if used * 4 >= slots.count * 3 { grow() }
        used += 1
        place(Slot(hash: Self.hash(name), place: UInt32(token - base + 1)))
    }

    private mutating func grow() {
        let old = slots
        slots = [Slot](repeating: Slot(), count: old.count * 2)
        for slot in old where slot.place != 0 { place(slot) }
    }

    private mutating func place(_ slot: Slot) {
        var index = Int(slot.hash) & (slots.count - 1)
        while slots[index].place != 0 { index = (index + 1) & (slots.count - 1) }
        slots[index] = slot
    }

    private static func hash(_ name: ByteView) -> UInt32 {
        var hasher = Hasher()
        hasher.combine(bytes: name.bytes)
        return UInt32(truncatingIfNeeded: hasher.finalize())
    }
}

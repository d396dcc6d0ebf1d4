/// Which of a few known names a text is: a table without collisions, so that one comparison decides. Made once, read by any
/// thread.
final class KnownNames: @unchecked Sendable {
    private struct Entry {
        var words: NameWords
        /// Of the name: words do not tell whether it ends with zeros.
        var count: Int32
        var index: Int32
    }

    private static let shift: UInt64 = 57
    private static let size = 128

    /// Filled by the initialiser, never changed after.
    private let entries: UnsafeMutablePointer<Entry>
    private let multiplier: UInt64

    /// A table of at most 32 different names, each of one to sixteen bytes. A name's index is its place in the list.
    init(_ names: [String]) {
        precondition(names.count <= 32 && Set(names).count == names.count, "names are written down by a programmer")
        precondition(names.allSatisfy { (1...NameWords.maximumCount).contains($0.utf8.count) }, "so are their lengths")
        let words = names.map { NameWords($0) }
        // About every eighth spreads twenty names over the table without a collision.
        var multiplier: UInt64 = 0x9E37_79B9_7F4A_7C15
        while Set(words.map { Self.slot($0, multiplier) }).count < words.count {
            multiplier = multiplier &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            multiplier |= 1
        }
        self.multiplier = multiplier
        entries = .allocate(capacity: Self.size)
        // No name is empty: nothing equals an empty entry.
        entries.initialize(repeating: Entry(words: NameWords(""), count: 0, index: -1), count: Self.size)
        for (index, name) in names.enumerated() {
            entries[Self.slot(words[index], multiplier)] = Entry(
                words: words[index], count: Int32(name.utf8.count), index: Int32(index))
        }
    }

    deinit { entries.deallocate() }

    /// The index of a name of at least one byte in a text that ends at `end`; −1: it is none of them.
    @inline(__always)
    func index(of name: BytePointer, count: Int, end: BytePointer) -> Int {
        let words = NameWords(name, count: count, end: end)
        let entry = entries + Self.slot(words, multiplier)
        guard entry.pointee.words == words, Int(entry.pointee.count) == count else { return -1 }
        return Int(entry.pointee.index)
    }

    @inline(__always)
    private static func slot(_ words: NameWords, _ multiplier: UInt64) -> Int {
        Int(truncatingIfNeeded: ((words.head ^ (words.tail &* 3)) &* multiplier) >> shift)
    }
}

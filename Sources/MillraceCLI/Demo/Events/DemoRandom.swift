import MillraceEngine

/// What the demo draws: the same from the same seed, on every machine.
struct DemoRandom: RandomNumberGenerator, Sendable {
    private var source: RandomSource

    init(seed: UInt64) { source = RandomSource(seed: seed) }

    mutating func next() -> UInt64 { source.next() }

    /// True once in `count` on average.
    mutating func once(in count: Int) -> Bool { Int.random(in: 0..<count, using: &self) == 0 }

    /// One of the elements, which must not be none.
    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &self)]
    }

    /// An identifier in the shape of a UUID.
    mutating func identifier() -> String {
        let digits = Array("0123456789abcdef".utf8)
        let groups = [8, 4, 4, 4, 12].map { count in
            String(decoding: (0..<count).map { _ in pick(digits) }, as: UTF8.self)
        }
        return groups.joined(separator: "-")
    }
}

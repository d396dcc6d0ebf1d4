/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers from the same seed, on every machine.
struct DemoRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

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

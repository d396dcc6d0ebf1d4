/// What a reader refuses to look at.
public struct Limits: Sendable, Hashable {
    /// The largest record value, in bytes: `tooLarge` above. 1 to 2³¹ − 1.
    public var maximumBytes: Int {
        didSet { maximumBytes = Self.clamped(maximumBytes) }
    }
    /// How many arrays and objects may stand within each other inside the envelope: `nestingTooDeep` above. Not
    /// negative. Depth costs one bit a level and no stack.
    public var maximumDepth: Int {
        didSet { maximumDepth = max(0, maximumDepth) }
    }

    /// Values out of range are taken as the nearest in range.
    ///
    /// - Parameters:
    ///   - maximumBytes: bytes of a value, 64 MiB unless given.
    ///   - maximumDepth: levels, 512 unless given.
    public init(maximumBytes: Int = 1 << 26, maximumDepth: Int = 512) {
        self.maximumBytes = Self.clamped(maximumBytes)
        self.maximumDepth = max(0, maximumDepth)
    }

    private static func clamped(_ bytes: Int) -> Int { min(max(1, bytes), Int(Int32.max)) }
}

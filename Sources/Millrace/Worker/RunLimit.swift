/// When a worker stops by itself.
public struct RunLimit: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case never
        case end
        case events(Int)
    }

    package let kind: Kind

    /// Only when told to.
    public static let never = RunLimit(kind: .never)
    /// Once everything is settled that was in the topics at the start, whichever member of the group settled it.
    public static let end = RunLimit(kind: .end)
    /// Once at least so many records are settled by this worker.
    public static func events(_ count: Int) -> RunLimit { RunLimit(kind: .events(count)) }
}

/// A record that was given to handlers while no other of its partition was, and how often that began: committed before each
/// time, so that whoever comes after a crash knows.
package struct CrashProbe: Sendable, Hashable {
    package var offset: Int64
    /// From 1.
    package var count: UInt16
    /// When it began, in seconds since 1970.
    package var began: Int64
    /// It is not with handlers: to see whether the process ends without it too.
    package var isWithheld: Bool

    package init(offset: Int64, count: UInt16, began: Int64, isWithheld: Bool = false) {
        self.offset = offset
        self.count = count
        self.began = began
        self.isWithheld = isWithheld
    }

    /// The same record, given to handlers once more.
    package func again(at now: Int64) -> CrashProbe { CrashProbe(offset: offset, count: count + 1, began: now) }

    /// As it stands in a committed offset's metadata.
    var text: String { "\(offset)/\(count)/\(began)" + (isWithheld ? "/\(Self.withheld)" : "") }
    private static let withheld = "withheld"

    init?(text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3 || (parts.count == 4 && parts[3] == Self.withheld), let offset = Int64(parts[0]),
            let count = UInt16(parts[1]),
            let began = Int64(parts[2]), offset >= 0, count > 0, began >= 0
        else { return nil }
        self.init(offset: offset, count: count, began: began, isWithheld: parts.count == 4)
    }
}

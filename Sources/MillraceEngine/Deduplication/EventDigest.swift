/// What tells events apart without their bytes: half of a cryptographic digest each, so that nobody can make two events
/// that are taken for one.
package struct EventDigest: Sendable, Hashable, BitwiseCopyable {
    /// Over source and id: which event it claims to be.
    package var identity: UInt128
    /// Over identity, type and data: what it says.
    package var content: UInt128

    package init(identity: UInt128, content: UInt128) {
        self.identity = identity
        self.content = content
    }
}

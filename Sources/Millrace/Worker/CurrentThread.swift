#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The calling thread.
enum CurrentThread {
    /// A number that no other living thread has; never 0.
    static var identity: UInt {
        #if canImport(Glibc)
            UInt(pthread_self())
        #else
            UInt(bitPattern: pthread_self())
        #endif
    }
}

/// What a user is entitled to, whatever the broker is. Each function is one behaviour, or one clause of it, and is run by
/// `RealBrokerTests` and, where the embedded broker can do it, by `EmbeddedBrokerTests`.
enum Behaviours {}

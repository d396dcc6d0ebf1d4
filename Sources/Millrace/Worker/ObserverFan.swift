import MillraceEngine

/// Several observers as one.
struct ObserverFan: EngineObserver {
    let observers: [any EngineObserver]

    func observe(_ fact: EngineFact) {
        for observer in observers { observer.observe(fact) }
    }

    /// Nil where nobody listens: then nothing is made for listeners.
    static func combine(_ observers: [any EngineObserver]) -> (any EngineObserver)? {
        observers.count > 1 ? ObserverFan(observers: observers) : observers.first
    }
}

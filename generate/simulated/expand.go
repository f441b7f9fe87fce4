package simulated

// Axis is the one respect in which a variant differs from its scenario.
type Axis string

// The axes.
const (
	AxisActor      Axis = "actor"
	AxisPlace      Axis = "place"
	AxisTime       Axis = "time_pressure"
	AxisConstraint Axis = "constraint"
	AxisDomain     Axis = "domain"
)

// Axes are all axes, in the order in which they are drawn from.
func Axes() []Axis { return []Axis{AxisActor, AxisPlace, AxisTime, AxisConstraint, AxisDomain} }

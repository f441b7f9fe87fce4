package services

import (
	"github.com/buttonbench/button/internal/python"
)

// vehicle is an instance of VehicleControlAPI.
type vehicle struct {
	environment *Environment
	random      randomStream

	fuelLevel, batteryVoltage, engineState python.Value
	doorStatus                             *python.Dict
	unlockedDoors                          int64
	acTemperature, fanSpeed, acMode        python.Value
	humidityLevel, headLightStatus         python.Value
	parkingBrakeStatus, parkingBrakeForce  python.Value
	slopeAngle                             python.Value
	brakePedalStatus, brakePedalForce      python.Value
	distanceToNextVehicle, cruiseStatus    python.Value
	destination                            python.Value
	frontLeftPressure, frontRightPressure  python.Value
	rearLeftPressure, rearRightPressure    python.Value
}

const (
	tankGallons   = 50
	milesAGallon  = 20.0
	fullBrake     = 1000
	vehicleSeed   = 141053
	pressedBrake  = "pressed"
	releasedBrake = "released"
)

var (
	vehicleTable    = mustTable("vehicle.json")
	vehicleDefaults = member[*python.Dict](vehicleTable, "defaults")
	zipCodes        = member[*python.Dict](vehicleTable, "zip_codes")
	distances       = member[*python.List](vehicleTable, "distances")
	vehicleStart    = newStreamStart(vehicleSeed)
)

func newVehicle(configuration *python.Dict, environment *Environment) (Service, error) {
	from := configured{settings{class: "VehicleControlAPI", configuration: configuration}, vehicleDefaults}
	v := &vehicle{
		environment: environment, random: randomStream{state: vehicleStart},
		fuelLevel: from.get("fuelLevel"), batteryVoltage: from.get("batteryVoltage"), engineState: from.get("engineState"),
		doorStatus:    from.mapOf("doorStatus", from.get("doorStatus")),
		acTemperature: from.get("acTemperature"), fanSpeed: from.get("fanSpeed"), acMode: from.get("acMode"),
		humidityLevel: from.get("humidityLevel"), headLightStatus: from.get("headLightStatus"),
		parkingBrakeStatus: from.get("parkingBrakeStatus"), parkingBrakeForce: from.get("parkingBrakeForce"),
		slopeAngle:       from.get("slopeAngle"),
		brakePedalStatus: from.get("brakePedalStatus"), brakePedalForce: from.get("brakePedalForce"),
		distanceToNextVehicle: from.get("distanceToNextVehicle"), cruiseStatus: from.get("cruiseStatus"),
		destination:       from.get("destination"),
		frontLeftPressure: from.get("frontLeftTirePressure"), frontRightPressure: from.get("frontRightTirePressure"),
		rearLeftPressure: from.get("rearLeftTirePressure"), rearRightPressure: from.get("rearRightTirePressure"),
	}
	v.unlockedDoors = 4
	for i := range v.doorStatus.Len() {
		if _, status := v.doorStatus.At(i); status == "locked" {
			v.unlockedDoors--
		}
	}
	return v, from.err
}

// Differences implements Service. The forces, the slope and the random stream are
// hidden upstream and not compared.
func (v *vehicle) Differences(answer Service) []string {
	w, same := answer.(*vehicle)
	if !same {
		return []string{"class"}
	}
	var d differences
	d.compare("fuelLevel", v.fuelLevel, w.fuelLevel)
	d.compare("batteryVoltage", v.batteryVoltage, w.batteryVoltage)
	d.compare("engine_state", v.engineState, w.engineState)
	if v.unlockedDoors != w.unlockedDoors {
		d = append(d, "remainingUnlockedDoors")
	}
	d.compare("doorStatus", v.doorStatus, w.doorStatus)
	d.compare("acTemperature", v.acTemperature, w.acTemperature)
	d.compare("fanSpeed", v.fanSpeed, w.fanSpeed)
	d.compare("acMode", v.acMode, w.acMode)
	d.compare("humidityLevel", v.humidityLevel, w.humidityLevel)
	d.compare("headLightStatus", v.headLightStatus, w.headLightStatus)
	d.compare("parkingBrakeStatus", v.parkingBrakeStatus, w.parkingBrakeStatus)
	d.compare("brakePedalStatus", v.brakePedalStatus, w.brakePedalStatus)
	d.compare("distanceToNextVehicle", v.distanceToNextVehicle, w.distanceToNextVehicle)
	d.compare("cruiseStatus", v.cruiseStatus, w.cruiseStatus)
	d.compare("destination", v.destination, w.destination)
	d.compare("frontLeftTirePressure", v.frontLeftPressure, w.frontLeftPressure)
	d.compare("frontRightTirePressure", v.frontRightPressure, w.frontRightPressure)
	d.compare("rearLeftTirePressure", v.rearLeftPressure, w.rearLeftPressure)
	d.compare("rearRightTirePressure", v.rearRightPressure, w.rearRightPressure)
	return d
}

var vehicleClass = Class{Name: "VehicleControlAPI", New: newVehicle, Methods: []Method{
	{"startEngine", required("ignitionMode"), on((*vehicle).startEngine)},
	{"fillFuelTank", required("fuelAmount"), on((*vehicle).fillFuelTank)},
	{"lockDoors", required("unlock", "door"), on((*vehicle).lockDoors)},
	{"adjustClimateControl", []Parameter{
		{Name: "temperature", Required: true}, optional("unit", "celsius"), optional("fanSpeed", whole(50)), optional("mode", "auto"),
	}, on((*vehicle).adjustClimateControl)},
	{"get_outside_temperature_from_google", nil, on((*vehicle).outsideTemperature)},
	{"get_outside_temperature_from_weather_com", nil, on((*vehicle).weatherStation)},
	{"setHeadlights", required("mode"), on((*vehicle).setHeadlights)},
	{"displayCarStatus", required("option"), on((*vehicle).displayCarStatus)},
	{"activateParkingBrake", required("mode"), on((*vehicle).activateParkingBrake)},
	{"pressBrakePedal", required("pedalPosition"), on((*vehicle).pressBrakePedal)},
	{"releaseBrakePedal", nil, on((*vehicle).releaseBrakePedal)},
	{"setCruiseControl", required("speed", "activate", "distanceToNextVehicle"), on((*vehicle).setCruiseControl)},
	{"get_current_speed", nil, on((*vehicle).currentSpeed)},
	{"display_log", required("messages"), on((*vehicle).displayLog)},
	{"estimate_drive_feasibility_by_mileage", required("distance"), on((*vehicle).driveFeasibility)},
	{"liter_to_gallon", required("liter"), on((*vehicle).literToGallon)},
	{"gallon_to_liter", required("gallon"), on((*vehicle).gallonToLiter)},
	{"estimate_distance", required("cityA", "cityB"), on((*vehicle).estimateDistance)},
	{"get_zipcode_based_on_city", required("city"), on((*vehicle).zipCode)},
	{"set_navigation", required("destination"), on((*vehicle).setNavigation)},
	{"check_tire_pressure", nil, on((*vehicle).checkTirePressure)},
	{"find_nearest_tire_shop", nil, on((*vehicle).nearestTireShop)},
}}

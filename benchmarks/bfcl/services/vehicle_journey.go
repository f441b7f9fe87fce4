package services

import (
	"math"

	"github.com/buttonbench/button/internal/python"
)

func (v *vehicle) setCruiseControl(arguments []python.Value) (python.Value, error) {
	distance, err := python.ToFloat(arguments[2])
	if err != nil {
		return nil, err
	}
	speed, err := python.ToFloat(arguments[0])
	if err != nil {
		return nil, err
	}
	if v.engineState == "stopped" {
		return failure("Start the engine before activating the cruise control."), nil
	}
	v.distanceToNextVehicle = distance
	status := "inactive"
	if python.Truth(arguments[1]) {
		if speed < 0 || speed > 120 || math.Mod(speed, 5) != 0 { // NaN is not 0
			return failure("Invalid speed"), nil
		}
		status = "active"
	}
	v.cruiseStatus = status
	return record("cruiseStatus", status, "currentSpeed", speed, "distanceToNextVehicle", distance), nil
}

func (v *vehicle) currentSpeed([]python.Value) (python.Value, error) {
	return record("currentSpeed", v.random.uniform(0, 120)), nil
}

func (v *vehicle) displayLog(arguments []python.Value) (python.Value, error) {
	return record("log", arguments[0]), nil
}

func (v *vehicle) driveFeasibility(arguments []python.Value) (python.Value, error) {
	reach, err := python.Mul(v.fuelLevel, milesAGallon)
	if err != nil {
		return nil, err
	}
	short, err := python.Compare("<", reach, arguments[0])
	if err != nil {
		return nil, err
	}
	return record("canDrive", !short), nil
}

func (v *vehicle) literToGallon(arguments []python.Value) (python.Value, error) {
	return product("gallon", arguments[0], 0.264172)
}

func (v *vehicle) gallonToLiter(arguments []python.Value) (python.Value, error) {
	return product("liter", arguments[0], 3.78541)
}

// product is the result of a conversion.
func product(name string, amount python.Value, factor float64) (python.Value, error) {
	converted, err := python.Mul(amount, factor)
	if err != nil {
		return nil, err
	}
	return record(name, converted), nil
}

func (v *vehicle) estimateDistance(arguments []python.Value) (python.Value, error) {
	result := failure("distance not found in database.")
	for _, row := range distances.Items {
		pair := row.(*python.List).Items
		if arguments[0] == pair[0] && arguments[1] == pair[1] || arguments[0] == pair[1] && arguments[1] == pair[0] {
			result = record("distance", pair[2])
		}
	}
	if v.environment.LongContext {
		cities, err := v.environment.list("INTERMEDIARY_CITIES")
		if err != nil {
			return nil, err
		}
		result.SetText("intermediaryCities", cities)
	}
	return result, nil
}

func (v *vehicle) zipCode(arguments []python.Value) (python.Value, error) {
	var code python.Value = "00000"
	if city, isText := arguments[0].(string); isText {
		if known, found := zipCodes.GetText(city); found {
			code = known
		}
	}
	return record("zipcode", code), nil
}

func (v *vehicle) setNavigation(arguments []python.Value) (python.Value, error) {
	v.destination = arguments[0]
	status, err := python.Add("Navigating to ", arguments[0])
	if err != nil {
		return nil, err
	}
	return record("status", status), nil
}

func (v *vehicle) checkTirePressure([]python.Value) (python.Value, error) {
	sum, err := python.Value(v.frontLeftPressure), error(nil)
	for _, pressure := range []python.Value{v.frontRightPressure, v.rearLeftPressure, v.rearRightPressure} {
		if sum, err = python.Add(sum, pressure); err != nil {
			return nil, err
		}
	}
	mean, err := python.TrueDivide(sum, python.NewInt(4))
	if err != nil {
		return nil, err
	}
	healthy, err := within(mean, 30, 35)
	if err != nil {
		return nil, err
	}
	var about python.Value = python.NewDict()
	if v.environment.LongContext {
		about = v.environment.Constants.value("CAR_STATUS_METADATA_EXTENSION")
	}
	return record(
		"frontLeftTirePressure", v.frontLeftPressure, "frontRightTirePressure", v.frontRightPressure,
		"rearLeftTirePressure", v.rearLeftPressure, "rearRightTirePressure", v.rearRightPressure,
		"healthy_tire_pressure", healthy, "car_info", about,
	), nil
}

func (v *vehicle) nearestTireShop([]python.Value) (python.Value, error) {
	return record("shopLocation", "456 Oakwood Avenue, Rivermist, 83214"), nil
}

package chattemplate

import "slices"

// Families is the table of families.
func Families() []Family {
	return slices.Concat(qwenFamilies(), qwenXMLFamilies(), hermesFamilies(), llamaFamilies(), mistralFamilies(), gemmaFamilies(),
		phiFamilies(), deepseekFamilies(), glmFamilies(), gptOSSFamilies(), graniteFamilies(), reactFamilies())
}
